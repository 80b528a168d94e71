using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Splits;

/// <summary>Mean and spread of a column in the training part, and the z-score made of them.</summary>
internal sealed record Normalization(double Mean, double StandardDeviation, double Minimum, double Maximum)
{
    /// <summary>Fits to at least two values.</summary>
    public static Normalization Fit(string column, ReadOnlySpan<double> values)
    {
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

    public double Apply(double value) => (value - Mean) / StandardDeviation;
}
