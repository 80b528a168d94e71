using System.Text.Json.Serialization;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Learns from the training part of a dataset version how to turn its rows into numbers, and turns all parts into arrays. The same
/// request has the same artifacts.
/// </summary>
[TaskType("fit_transform", Queues.Data, Idempotent = true)]
public sealed record FitTransform : IRequest<TransformFit>
{
    /// <summary>What to fit.</summary>
    public required TransformOptions Data { get; init; }
}

/// <summary>Which columns become features, and how.</summary>
public sealed record TransformOptions
{
    /// <summary>Dataset name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Version number; absent = the newest.</summary>
    public int? Version { get; init; }

    /// <summary>The columns, in the order of the features.</summary>
    public required IReadOnlyList<TransformColumn> Columns { get; init; }

    /// <summary>Numeric columns to be predicted; rows without one of them are in no part.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>How rows are divided; absent = at random, 0.2, seed 1.</summary>
    public TransformSplit? Split { get; init; }
}

/// <summary>How rows are divided into parts: at random, or where <see cref="Time"/> is given by time.</summary>
public sealed record TransformSplit
{
    /// <summary>The share that is held out for the test part, and of the rest once more for validation. Default: 0.2.</summary>
    public double? Fraction { get; init; }

    /// <summary>Seed of the shuffle. Default: 1.</summary>
    public int? Seed { get; init; }

    /// <summary>Column of times.</summary>
    public string? Time { get; init; }

    /// <summary>Rows of this time and later are not for training.</summary>
    public DateTimeOffset? ValidationFrom { get; init; }

    /// <summary>Rows of this time and later are the test part.</summary>
    public DateTimeOffset? TestFrom { get; init; }
}

/// <summary>A column and what is done to it, one step after the other.</summary>
public sealed record TransformColumn
{
    /// <summary>Column name.</summary>
    public required string Column { get; init; }

    /// <summary>The steps; a column of texts needs <c>one_hot</c> or <c>ordinal</c>, one of times <c>cyclical</c>.</summary>
    public IReadOnlyList<TransformStep> Steps { get; init; } = [];
}

/// <summary>One step.</summary>
public sealed record TransformStep
{
    /// <summary>
    /// <c>impute</c>, <c>z_score</c>, <c>min_max</c>, <c>robust</c>, <c>log1p</c>, <c>one_hot</c>, <c>ordinal</c> or <c>cyclical</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Of <c>impute</c>: <c>mean</c>, <c>median</c>, <c>most_frequent</c> or <c>constant</c>. Default: median, of texts most_frequent.
    /// </summary>
    public string? Strategy { get; init; }

    /// <summary>The constant of <c>impute</c>.</summary>
    [JsonConverter(typeof(TextOrNumberConverter))]
    public string? Value { get; init; }

    /// <summary>Of <c>z_score</c>: 1 divides squares by n - 1, 0 by n as scikit-learn does. Default: 1.</summary>
    public int? Ddof { get; init; }

    /// <summary>
    /// What <c>one_hot</c> and <c>ordinal</c> do with a value that the training part did not have: <c>ignore</c> (all 0, or -1) or
    /// <c>refuse</c>. Default: ignore.
    /// </summary>
    public string? Unknown { get; init; }

    /// <summary>Of <c>cyclical</c>, for a number: after how much it begins anew.</summary>
    public double? Period { get; init; }

    /// <summary>
    /// Of <c>cyclical</c>, for a time: <c>hour_of_day</c>, <c>day_of_week</c>, <c>day_of_year</c> or <c>month_of_year</c>.
    /// </summary>
    public string? Part { get; init; }
}

/// <summary>A fitted transform and what it made of the parts.</summary>
public sealed record TransformFit
{
    /// <summary>The dataset version it was fitted to.</summary>
    public required DatasetVersion Dataset { get; init; }

    /// <summary>What was asked for.</summary>
    public required TransformOptions Options { get; init; }

    /// <summary>Digest of the fitted transform, JSON: whoever predicts applies it to a row.</summary>
    public required string Transform { get; init; }

    /// <summary>Names of the features, in column order of the arrays.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Training part: what was learned from.</summary>
    public required TransformedPart Train { get; init; }

    /// <summary>Test part.</summary>
    public required TransformedPart Test { get; init; }

    /// <summary>Validation part.</summary>
    public required TransformedPart Validation { get; init; }

    /// <summary>Rows in no part, because a target or the time is missing there.</summary>
    public int DroppedRowCount { get; init; }
}

/// <summary>One part as arrays.</summary>
public sealed record TransformedPart
{
    /// <summary>Rows in this part.</summary>
    public required int RowCount { get; init; }

    /// <summary>Digest of the .npy with features, float64, shape (rows, outputs); NaN = missing.</summary>
    public required string Features { get; init; }

    /// <summary>Digest of the .npy with targets, float64, shape (rows, targets); absent = there are no targets.</summary>
    public string? Targets { get; init; }
}

/// <summary>Asks for the transforms that were fitted to a dataset version, the newest version unless one is named.</summary>
[TaskType("list_transforms", Queues.Data, Idempotent = true)]
public sealed record ListTransforms : IRequest<TransformList>
{
    /// <summary>Which version.</summary>
    public required DatasetName Data { get; init; }
}

/// <summary>The transforms of a dataset version.</summary>
public sealed record TransformList
{
    /// <summary>Newest first.</summary>
    public required IReadOnlyList<TransformFit> Transforms { get; init; }
}
