using System.Text.Json;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// The original engine's prediction: one row in <c>data</c>; answered with one member per target, <c>model</c> and <c>version</c>.
/// A target named <c>model</c> or <c>version</c> keeps that member; the model's own is then <c>_model</c> or <c>_version</c>.
/// </summary>
[TaskType("serving", Queues.Serving, Idempotent = true)]
public sealed record PredictRow : IRequest<JsonElement>
{
    /// <summary>The row: one member per feature.</summary>
    public JsonElement Data { get; init; }

    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; absent = the default model <c>housing</c>.</summary>
    public string? Model { get; init; }
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
    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; absent = the default model <c>housing</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Rows: objects with one member per feature, or arrays in the model's feature order.</summary>
    public required IReadOnlyList<JsonElement> Rows { get; init; }
}

/// <summary>Predictions, in the order of the rows.</summary>
public sealed record PredictionBatch
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>The version that scored all rows.</summary>
    public required int Version { get; init; }

    /// <summary>One object per row: target name to predicted value, in the target's unit; of a classification class name to
    /// probability; of two classes only the second, by its name, or by the target's where classes are numbers.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, double>> Predictions { get; init; }
}
