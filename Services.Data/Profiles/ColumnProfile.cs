namespace Skipper.Services.Data.Profiles;

/// <summary>What a table looks like, column by column; written as JSON it is what later versions are compared with.</summary>
internal sealed record TableProfile
{
    public required long RowCount { get; init; }

    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    /// <summary>The profile of a column; null where there is none.</summary>
    public ColumnProfile? Find(string column) =>
        Columns.FirstOrDefault(profile => string.Equals(profile.Name, column, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What one column looks like; exactly one of <see cref="Numbers"/> and <see cref="Texts"/> is there.</summary>
internal sealed record ColumnProfile
{
    public required string Name { get; init; }

    /// <summary><c>integer</c>, <c>number</c>, <c>text</c> or <c>timestamp</c>.</summary>
    public required string Type { get; init; }

    public required long RowCount { get; init; }

    public required long MissingCount { get; init; }

    /// <summary>Of a numeric column in its own unit; of a timestamp column in seconds since 1970-01-01 UTC.</summary>
    public NumberProfile? Numbers { get; init; }

    public CategoryProfile? Texts { get; init; }
}

/// <summary>The distribution of numbers; an empty one has no statistics.</summary>
internal sealed record NumberProfile
{
    public double? Mean { get; init; }

    /// <summary>Of the sample (n - 1).</summary>
    public double? StandardDeviation { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    /// <summary>0, 1, 5, 10, 25, 50, 75, 90, 95, 99 and 100 percent.</summary>
    public required IReadOnlyList<Quantile> Quantiles { get; init; }

    /// <summary>Bins of equal width from the minimum to the maximum.</summary>
    public required IReadOnlyList<HistogramBin> Histogram { get; init; }

    /// <summary>The distribution: every value while they are few, a sketch of them beyond.</summary>
    public required WeightedValues Distribution { get; init; }
}

internal readonly record struct Quantile(double Share, double Value);

/// <summary>Values more than <see cref="From"/> and up to <see cref="To"/>; the first bin has its own begin too.</summary>
internal readonly record struct HistogramBin(double From, double To, long Count);

/// <summary>The distribution of texts.</summary>
internal sealed record CategoryProfile
{
    /// <summary>How many different texts there are; absent = more than are counted.</summary>
    public int? Distinct { get; init; }

    /// <summary>The counted texts, the most frequent first.</summary>
    public required IReadOnlyList<CategoryCount> Categories { get; init; }

    /// <summary>Occurrences of all other texts.</summary>
    public required long Other { get; init; }
}

internal readonly record struct CategoryCount(string Text, long Count);
