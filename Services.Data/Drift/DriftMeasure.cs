using System.Text.Json;
using System.Text.Json.Serialization;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Drift;

/// <summary>What a distance says.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DriftVerdict>))]
internal enum DriftVerdict
{
    /// <summary>No more than two samples of one distribution differ.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>More than by chance, but little.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    [JsonStringEnumMemberName("drift")]
    Drift,

    /// <summary>Too few rows to tell.</summary>
    [JsonStringEnumMemberName("too_few_rows")]
    TooFewRows,
}

/// <summary>The names of the methods, as they stand in suites and reports.</summary>
internal static class DriftMethods
{
    public const string PopulationStability = "psi";
    public const string KolmogorovSmirnov = "ks";
    public const string ChiSquare = "chi_square";
    public const string JensenShannon = "js";
    public const string Wasserstein = "wasserstein";

    public static IReadOnlyList<string> OfNumbers { get; } = [PopulationStability, KolmogorovSmirnov, Wasserstein, JensenShannon];

    public static IReadOnlyList<string> OfTexts { get; } = [PopulationStability, ChiSquare, JensenShannon];
}

/// <summary>One comparison of a column with its reference.</summary>
internal sealed record DriftMeasure
{
    /// <summary>What <see cref="DriftVerdict.Drift"/> is called on the wire.</summary>
    public const string Drifted = "drift";

    public required string Column { get; init; }

    /// <summary>One of <see cref="DriftMethods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The distance; Wasserstein's in standard deviations of the reference.</summary>
    public required double Value { get; init; }

    /// <summary>How likely two samples of one distribution are so far apart; absent where the method has none.</summary>
    public double? Probability { get; init; }

    /// <summary>From which distance on this is drift.</summary>
    public required double Threshold { get; init; }

    public required DriftVerdict Verdict { get; init; }

    public required long ReferenceCount { get; init; }

    public required long CurrentCount { get; init; }

    /// <summary>The verdict in words.</summary>
    public required string Reason { get; init; }

    /// <summary>The same for others.</summary>
    public ColumnDrift Describe() => new()
    {
        Column = Column,
        Verdict = JsonNamingPolicy.SnakeCaseLower.ConvertName(Verdict.ToString()),
        Method = Method,
        Value = Value,
        Threshold = Threshold,
        Probability = Probability,
        Reason = Reason,
    };
}
