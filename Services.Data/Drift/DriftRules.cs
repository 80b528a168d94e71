using System.ComponentModel.DataAnnotations;

namespace Skipper.Services.Data.Drift;

/// <summary>
/// When a distance is drift. A small sample differs from its own source by chance, and in a large one a difference that matters to
/// nobody is significant: so a distance must be both beyond chance and large.
/// </summary>
internal sealed record DriftRules
{
    /// <summary>Below that many values on either side nothing is said. Default: 30.</summary>
    [Range(1, 1_000_000)]
    public int FewestRows { get; init; } = 30;

    /// <summary>Above that many values on the smaller side a distance must be large, not only unlikely. Default: 1000.</summary>
    [Range(1, 1_000_000)]
    public int ManyRows { get; init; } = 1000;

    /// <summary>How unlikely by chance. Default: 0.05.</summary>
    [Range(1e-12, 0.5)]
    public double Significance { get; init; } = 0.05;

    /// <summary>Population stability index of a warning. Default: 0.1.</summary>
    public double StabilityWarning { get; init; } = 0.1;

    /// <summary>Population stability index of drift. Default: 0.25.</summary>
    public double StabilityDrift { get; init; } = 0.25;

    /// <summary>
    /// Drift by the other methods, where there are many values: Kolmogorov-Smirnov and Jensen-Shannon distance, Cramer's V of a
    /// chi-square, Wasserstein distance in standard deviations. Default: 0.1.
    /// </summary>
    public double Distance { get; init; } = 0.1;
}
