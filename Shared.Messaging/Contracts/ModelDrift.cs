namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks how far what is asked of a model, and what it answers, has moved from the rows that it was trained on.</summary>
[TaskType("measure_drift", Queues.Serving, Idempotent = true)]
public sealed record MeasureDrift : IRequest<ModelDrift>
{
    /// <summary>Which model, and over what time.</summary>
    public required DriftQuestion Data { get; init; }
}

/// <summary>A model and a time.</summary>
public sealed record DriftQuestion
{
    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; absent = the default model <c>housing</c>.</summary>
    public string? Model { get; init; }

    /// <summary>How far back, at least 1 and at most what is kept. Hours. Absent = the time that alarms look at.</summary>
    public double? Hours { get; init; }
}

/// <summary>Requests and answers of a version beside its training part; of all workers together.</summary>
public sealed record ModelDrift
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>The version.</summary>
    public required int Version { get; init; }

    /// <summary>Rows of this time and later were counted, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it was measured, UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The worst of all columns: <c>none</c>, <c>warn</c>, <c>drift</c> or <c>too_few_rows</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Predicted rows that were counted.</summary>
    public required long RowCount { get; init; }

    /// <summary>Predicted rows that were left out because more came than are counted.</summary>
    public long SkippedRowCount { get; init; }

    /// <summary>Fewer rows than that say nothing.</summary>
    public required long FewestRows { get; init; }

    /// <summary>Rows of the training part that the bins were made of.</summary>
    public required long ReferenceRowCount { get; init; }

    /// <summary>The inputs.</summary>
    public required IReadOnlyList<FeatureDrift> Features { get; init; }

    /// <summary>The outputs.</summary>
    public required IReadOnlyList<FeatureDrift> Predictions { get; init; }
}

/// <summary>How far one input or output has moved.</summary>
public sealed record FeatureDrift
{
    /// <summary>Method <c>psi</c>, its value and what it says.</summary>
    public required ColumnDrift Drift { get; init; }

    /// <summary>Share of rows without a value, 0 to 1.</summary>
    public required double MissingShare { get; init; }

    /// <summary>The same in the training part.</summary>
    public required double ReferenceMissingShare { get; init; }

    /// <summary>
    /// Share of rows with a category that the training part did not have; of categories that became a feature each also of those without
    /// a value. Absent = not a category.
    /// </summary>
    public double? UnseenShare { get; init; }

    /// <summary>What was counted, in the input's own unit; missing values apart.</summary>
    public required IReadOnlyList<DriftBin> Bins { get; init; }
}

/// <summary>Values above the bin before and up to <paramref name="UpTo"/>, or a category.</summary>
/// <param name="UpTo">Upper edge; absent = a category, or the last bin, which has none.</param>
/// <param name="Reference">Rows of the training part.</param>
/// <param name="Count">Predicted rows.</param>
/// <param name="Category">The category; absent = not a category.</param>
public sealed record DriftBin(double? UpTo, long Reference, long Count, string? Category = null);
