namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks what is different in two versions of a dataset.</summary>
[TaskType("diff_datasets", Queues.Data, Idempotent = true)]
public sealed record DiffDatasets : IRequest<DatasetDiff>
{
    /// <summary>What to compare.</summary>
    public required Comparison Data { get; init; }

    /// <summary>Two versions of a dataset.</summary>
    public sealed record Comparison
    {
        /// <summary>Dataset name.</summary>
        public required string Name { get; init; }

        /// <summary>The older version.</summary>
        public required int From { get; init; }

        /// <summary>The newer version.</summary>
        public required int To { get; init; }

        /// <summary>Columns that tell rows apart; absent = rows are not compared.</summary>
        public IReadOnlyList<string>? Key { get; init; }
    }
}

/// <summary>What is different in two versions of a dataset.</summary>
public sealed record DatasetDiff
{
    /// <summary>The older version.</summary>
    public required DatasetReference From { get; init; }

    /// <summary>The newer version.</summary>
    public required DatasetReference To { get; init; }

    /// <summary>Columns that are only in the newer version.</summary>
    public required IReadOnlyList<string> AddedColumns { get; init; }

    /// <summary>Columns that are only in the older version.</summary>
    public required IReadOnlyList<string> RemovedColumns { get; init; }

    /// <summary>Columns of both, in the order of the newer version.</summary>
    public required IReadOnlyList<ColumnDiff> Columns { get; init; }

    /// <summary>Rows by key; absent where no key was named.</summary>
    public RowDiff? Rows { get; init; }
}

/// <summary>A column in two versions.</summary>
public sealed record ColumnDiff
{
    /// <summary>Column name.</summary>
    public required string Name { get; init; }

    /// <summary>The older version.</summary>
    public required ColumnStatistics From { get; init; }

    /// <summary>The newer version.</summary>
    public required ColumnStatistics To { get; init; }

    /// <summary>
    /// Difference of the means in standard deviations of the older version; absent where one has no mean, or the older no spread.
    /// </summary>
    public double? MeanShift { get; init; }

    /// <summary>Rows with the same key in which this column differs; absent where rows are not compared.</summary>
    public long? ChangedCount { get; init; }
}

/// <summary>A column in one version.</summary>
public sealed record ColumnStatistics
{
    /// <summary><c>integer</c>, <c>number</c>, <c>text</c> or <c>timestamp</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Share of cells that are missing, 0 to 1.</summary>
    public required double MissingShare { get; init; }

    /// <summary>Mean of a numeric column; absent where it has no value.</summary>
    public double? Mean { get; init; }

    /// <summary>Sample standard deviation (n - 1) of a numeric column; absent where it has fewer than two values.</summary>
    public double? StandardDeviation { get; init; }

    /// <summary>Smallest value of a numeric column.</summary>
    public double? Minimum { get; init; }

    /// <summary>Largest value of a numeric column.</summary>
    public double? Maximum { get; init; }
}

/// <summary>Rows of two versions, by key.</summary>
public sealed record RowDiff
{
    /// <summary>Rows whose key is only in the newer version.</summary>
    public required long AddedCount { get; init; }

    /// <summary>Rows whose key is only in the older version.</summary>
    public required long RemovedCount { get; init; }

    /// <summary>Rows whose key is in both, and of which a column that is in both differs.</summary>
    public required long ChangedCount { get; init; }

    /// <summary>Keys of the first added rows (at most 20), as text, in the order of the key columns.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Added { get; init; }

    /// <summary>Keys of the first removed rows (at most 20).</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Removed { get; init; }

    /// <summary>Keys of the first changed rows (at most 20).</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Changed { get; init; }
}
