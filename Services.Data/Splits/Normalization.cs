using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Splits;

/// <summary>Mean and spread of a column in the training part, and the z-score made of them.</summary>
internal sealed record Normalization(double Mean, double StandardDeviation, double Minimum, double Maximum)
{
    /// <summary>Fits to at least two values; those that are missing do not count.</summary>
    /// <exception cref="MeshException">All values are missing, or their range is beyond bounds.</exception>
    public static Normalization Fit(string column, ReadOnlySpan<double> all)
    {
        var values = Present(column, all);
        var minimum = double.PositiveInfinity;
        var maximum = double.NegativeInfinity;
        var sum = 0.0;
        foreach (var value in values)
        {
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
            sum += value;
        }

        // A constant column has no spread: its z-score is 0 everywhere, and rounding in the sums must not make noise of it.
        if (minimum == maximum)
        {
            return new Normalization(minimum, 1, minimum, maximum);
        }

        var mean = sum / values.Length;
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        var deviation = Math.Sqrt(squares / (values.Length - 1));
        return double.IsFinite(deviation) && deviation > 0
            ? new Normalization(mean, deviation, minimum, maximum)
            : throw MeshException.FailedPrecondition(
                $"Column {column} ranges from {minimum:R} to {maximum:R}, which is too far or too close to normalize: rescale it.");
    }

    private static ReadOnlySpan<double> Present(string column, ReadOnlySpan<double> all)
    {
        if (!all.Contains(double.NaN))
        {
            return all;
        }

        double[] present = [.. all.ToArray().Where(value => !double.IsNaN(value))];
        return present.Length > 0
            ? present
            : throw MeshException.InvalidArgument(
                $"Column {column} is missing in all {all.Length} rows of the training part; leave it out of the features.");
    }

    public double Apply(double value) => (value - Mean) / StandardDeviation;
}
