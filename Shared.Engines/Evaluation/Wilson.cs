using MathNet.Numerics.Distributions;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>
/// The score interval of a proportion (Wilson 1927), in closed form: right also for few rows and near 0 and 1. Weighted rows
/// count as (sum of weights)² / sum of squared weights (Kish 1965).
/// </summary>
public static class Wilson
{
    /// <summary>The interval of a share of rows that all count the same.</summary>
    /// <param name="hits">Rows that have what is counted.</param>
    /// <param name="count">All rows; without any there is no share.</param>
    /// <param name="confidence">How sure it is to hold the true share, 0 to 1.</param>
    public static Estimate Estimate(double hits, double count, double confidence) => Estimate(hits, count, count, confidence);

    internal static Estimate Estimate(double hits, double total, double squares, double confidence)
    {
        if (total <= 0)
        {
            return new Estimate(null, null, null);
        }

        var part = hits / total;
        var rows = total * total / squares;
        var z = Normal.InvCDF(0, 1, 1 - ((1 - confidence) / 2));
        var center = (part + (z * z / (2 * rows))) / (1 + (z * z / rows));
        var half = z / (1 + (z * z / rows)) * Math.Sqrt((part * (1 - part) / rows) + (z * z / (4 * rows * rows)));
        return new Estimate(part, Math.Max(0, center - half), Math.Min(1, center + half));
    }
}
