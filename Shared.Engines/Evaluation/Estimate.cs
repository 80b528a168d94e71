namespace Skipper.Shared.Engines.Evaluation;

/// <summary>A metric, and between which values it would mostly be on other rows of the same kind.</summary>
/// <param name="Value">On the rows given; null where they do not define it, such as R² of a constant target.</param>
/// <param name="Lower">Lower end of the interval; null where it was not asked for or is not defined.</param>
/// <param name="Upper">Upper end of the interval.</param>
public sealed record Estimate(double? Value, double? Lower, double? Upper);

/// <summary>How intervals are found.</summary>
public sealed record EvaluationOptions
{
    /// <summary>No intervals: the fastest.</summary>
    public static EvaluationOptions WithoutIntervals { get; } = new() { Resamples = 0 };

    /// <summary>Makes intervals reproducible, on every machine.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// How often the rows are drawn anew; 0 = no intervals. Fewer are drawn, but at least 100, where there are so many rows
    /// that it would take minutes.
    /// </summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Part of the draws inside an interval.</summary>
    public double Confidence { get; init; } = 0.95;
}
