using System.Text.Json;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// The original engine's prediction: one row in <c>data</c>; answered with one member per target, <c>model</c> and <c>version</c>,
/// and <c>lane</c> while a rollout splits the calls. A target of such a name keeps that member; the model's own then begins with <c>_</c>.
/// </summary>
[TaskType("serving", Queues.Serving, Idempotent = true)]
public sealed record PredictRow : IRequest<JsonElement>
{
    /// <summary>The row: one member per feature.</summary>
    public JsonElement Data { get; init; }

    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; absent = the default model <c>housing</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Calls with the same key are answered by the same lane of a rollout, such as a user's id; absent = any.</summary>
    public string? StickyKey { get; init; }
}

/// <summary>Predicts many rows with one model; each row is validated on its own before any is scored.</summary>
[TaskType("predict", Queues.Serving, Idempotent = true)]
public sealed record PredictRows : IRequest<PredictionBatch>
{
    /// <summary>Model and rows.</summary>
    public required PredictionRows Data { get; init; }
}

/// <summary>A model and the rows to score.</summary>
public sealed record PredictionRows
{
    /// <summary>A value of <see cref="OnError"/>: the first bad row is the answer to the call.</summary>
    public const string FailCall = "call";

    /// <summary>A value of <see cref="OnError"/>: a bad row fails alone.</summary>
    public const string FailItem = "item";

    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; absent = the default model <c>housing</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Calls with the same key are answered by the same lane of a rollout, such as a user's id; absent = any.</summary>
    public string? StickyKey { get; init; }

    /// <summary>Rows: objects with one member per feature, or arrays in the model's feature order.</summary>
    public required IReadOnlyList<JsonElement> Rows { get; init; }

    /// <summary>What a bad row fails: the <c>call</c>, or only its <c>item</c>. Default: <c>call</c>.</summary>
    public string? OnError { get; init; }
}

/// <summary>Predictions, in the order of the rows.</summary>
public sealed record PredictionBatch
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>The version that scored all rows.</summary>
    public required int Version { get; init; }

    /// <summary>The lane of the rollout that the call went to; absent = no rollout.</summary>
    public string? Lane { get; init; }

    /// <summary>One object per row: target name to predicted value, in the target's unit; of a classification class name to
    /// probability; of two classes only the second, by its name, or by the target's where classes are numbers. Empty where
    /// <see cref="Errors"/> names the row.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, double>> Predictions { get; init; }

    /// <summary>The rows that failed alone, by row; absent = none did.</summary>
    public IReadOnlyList<RowError>? Errors { get; init; }
}

/// <summary>Why a row of a bundle has no prediction.</summary>
public sealed record RowError
{
    /// <summary>Its place in the bundle, from 0.</summary>
    public required int Row { get; init; }

    /// <summary>What was expected, what was found, and what to do.</summary>
    public required string Error { get; init; }

    /// <summary>As in an error reply, such as <c>invalid_argument</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Whether the same row may succeed later.</summary>
    public required bool Retryable { get; init; }

    /// <summary>Facts for machines, such as the column that was wrong; absent = none.</summary>
    public JsonElement? Details { get; init; }
}
