using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// Features with mean 0 and standard deviation 1 (weighted), which solvers need for their accuracy; models are written in
/// the original units again. A constant column is 0 everywhere, so that its coefficient stays 0.
/// </summary>
internal sealed class Design
{
    // Below this part of the mean, a spread is the rounding of equal numbers.
    private const double Negligible = 16 * 2.220446049250313e-16;

    private readonly Matrix _features;
    private readonly double[] _inverseScales;

    /// <exception cref="MeshException">A feature is not finite, or too large to be squared.</exception>
    public Design(Matrix features, double[]? weights)
    {
        _features = features;
        Weights = weights ?? Filled(features.Rows, 1);
        TotalWeight = Weights.Sum();
        Means = WeightedMeans(features, Weights);
        _inverseScales = MeasureInverseScales();
        Constants = [.. Enumerable.Range(0, Columns).Where(column => _inverseScales[column] == 0)];
    }

    public int Rows => _features.Rows;

    public int Columns => _features.Columns;

    /// <summary>One per row.</summary>
    public double[] Weights { get; }

    public double TotalWeight { get; }

    /// <summary>Weighted means of the features.</summary>
    public double[] Means { get; }

    /// <summary>Columns that never change.</summary>
    public int[] Constants { get; }

    /// <summary>1 / standard deviation; 0 for a constant column.</summary>
    public ReadOnlySpan<double> InverseScales => _inverseScales;

    /// <summary>Writes one standardized row.</summary>
    public void Row(int row, Span<double> into)
    {
        var values = _features.Row(row);
        for (var column = 0; column < values.Length; column++)
        {
            into[column] = (values[column] - Means[column]) * _inverseScales[column];
        }
    }

    /// <summary>One standardized column.</summary>
    public double[] Column(int column)
    {
        var values = new double[Rows];
        for (var row = 0; row < Rows; row++)
        {
            values[row] = (_features[row, column] - Means[column]) * _inverseScales[column];
        }

        return values;
    }

    /// <summary>Coefficients of standardized features in the units of the features.</summary>
    public double[] Unscale(ReadOnlySpan<double> standardized)
    {
        var coefficients = standardized.ToArray();
        for (var column = 0; column < coefficients.Length; column++)
        {
            coefficients[column] *= _inverseScales[column];
        }

        return coefficients;
    }

    /// <summary>Means by weight; the second pass removes the rounding of the first.</summary>
    public static double[] WeightedMeans(Matrix matrix, double[] weights)
    {
        var total = weights.Sum();
        var means = new double[matrix.Columns];
        for (var pass = 0; pass < 2; pass++)
        {
            var sums = new double[matrix.Columns];
            for (var row = 0; row < matrix.Rows; row++)
            {
                var values = matrix.Row(row);
                for (var column = 0; column < sums.Length; column++)
                {
                    sums[column] += weights[row] * (values[column] - means[column]);
                }
            }

            Dense.AddScaled(means, 1 / total, sums);
        }

        return means;
    }

    private double[] MeasureInverseScales()
    {
        var squares = new double[Columns];
        for (var row = 0; row < Rows; row++)
        {
            var values = _features.Row(row);
            for (var column = 0; column < squares.Length; column++)
            {
                var deviation = values[column] - Means[column];
                squares[column] += Weights[row] * deviation * deviation;
            }
        }

        var unusable = Array.FindIndex(squares, square => !double.IsFinite(square));
        if (unusable >= 0)
        {
            throw MeshException.InvalidArgument(
                $"Feature {unusable} (from 0) has values that are infinite or too large to be squared; scale or remove them.");
        }

        return [.. squares.Select((square, column) => Inverse(Math.Sqrt(square / TotalWeight), Means[column]))];
    }

    private static double Inverse(double scale, double mean) =>
        scale <= Negligible * Math.Abs(mean) || !double.IsFinite(1 / scale) ? 0 : 1 / scale;

    private static double[] Filled(int length, double value)
    {
        var values = new double[length];
        Array.Fill(values, value);
        return values;
    }
}
