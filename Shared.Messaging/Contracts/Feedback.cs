using System.Text.Json;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Says what came true for predictions that were kept; saying it again corrects it.</summary>
[TaskType("add_feedback", Queues.Serving, Idempotent = true)]
public sealed record AddFeedback : IRequest<FeedbackCount>
{
    /// <summary>For which request, and what.</summary>
    public required Feedback Data { get; init; }
}

/// <summary>What came true for the rows of one request.</summary>
public sealed record Feedback
{
    /// <summary>The request that the predictions are kept under.</summary>
    public required string RequestId { get; init; }

    /// <summary>Labels, in any order; rows that are left out keep what they have.</summary>
    public required IReadOnlyList<RowLabel> Labels { get; init; }
}

/// <summary>What came true for one row.</summary>
public sealed record RowLabel
{
    /// <summary>Which row of the request, from 0. Default: 0.</summary>
    public int Row { get; init; }

    /// <summary>
    /// A number in the target's unit, or a class by its name; an object with a member per target where there are several.
    /// </summary>
    public required JsonElement Label { get; init; }
}

/// <summary>How many labels there are now.</summary>
public sealed record FeedbackCount
{
    /// <summary>The request.</summary>
    public required string RequestId { get; init; }

    /// <summary>Rows of the request that have a label, of this time or earlier.</summary>
    public required int LabeledCount { get; init; }

    /// <summary>Rows of the request that are kept.</summary>
    public required int RowCount { get; init; }
}

/// <summary>Asks how good predictions have turned out to be, by version.</summary>
[TaskType("measure_predictions", Queues.Serving, Idempotent = true)]
public sealed record MeasurePredictions : IRequest<LiveMetrics>
{
    /// <summary>Of which model, and of which time.</summary>
    public required LivePeriod Data { get; init; }
}

/// <summary>A model and a time.</summary>
public sealed record LivePeriod
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>Predictions from this time on; absent = all that are kept.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Predictions before this time.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>How good predictions have turned out to be.</summary>
public sealed record LiveMetrics
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>Versions of which predictions are kept, newest first.</summary>
    public required IReadOnlyList<LiveVersion> Versions { get; init; }
}

/// <summary>How good one version has turned out to be.</summary>
public sealed record LiveVersion
{
    /// <summary>Version number.</summary>
    public required int Version { get; init; }

    /// <summary>Rows whose predictions are kept.</summary>
    public required long RowCount { get; init; }

    /// <summary>By target; of a target without any label there is nothing.</summary>
    public required IReadOnlyDictionary<string, LiveTarget> Targets { get; init; }
}

/// <summary>Predictions of one target against what came true. Metrics that make no sense for the kind of model are absent.</summary>
public sealed record LiveTarget
{
    /// <summary>Rows with a label.</summary>
    public required long LabeledCount { get; init; }

    /// <summary>Root mean squared error, in the target's unit.</summary>
    public double? Rmse { get; init; }

    /// <summary>Mean absolute error, in the target's unit.</summary>
    public double? Mae { get; init; }

    /// <summary>Mean of prediction minus label, in the target's unit: above 0 = predicted too high.</summary>
    public double? Bias { get; init; }

    /// <summary>Share of rows whose most probable class came true.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Mean of -ln of the probability (at least 1e-15) of the class that came true.</summary>
    public double? LogLoss { get; init; }

    /// <summary>Mean squared error of the probabilities, summed over classes: 0 to 2 (Brier 1950).</summary>
    public double? Brier { get; init; }
}
