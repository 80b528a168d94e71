using System.Text.Json;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Predicts rows and keeps the answer under a request id before it is given; the same request with the same id is answered with what was
/// kept, whatever version is served by then.
/// </summary>
[TaskType("predict_stored", Queues.Serving, Idempotent = true)]
public sealed record StorePredictions : IRequest<StoredAnswer>
{
    /// <summary>Model, rows and id.</summary>
    public required PredictionOrder Data { get; init; }
}

/// <summary>Rows to be scored and kept.</summary>
public sealed record PredictionOrder
{
    /// <summary>Model name, optionally with <c>@version</c> or <c>@alias</c>; absent = the default model <c>housing</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Rows: objects with one member per feature, or arrays in the model's feature order; at least one.</summary>
    public required IReadOnlyList<JsonElement> Rows { get; init; }

    /// <summary>
    /// Names the request, 1 to 200 ASCII letters, digits and <c>-_.:~@+=</c>; absent = the id of the step or of the call, so that a call
    /// that is repeated is kept twice.
    /// </summary>
    public string? RequestId { get; init; }
}

/// <summary>Predictions that were kept.</summary>
public sealed record StoredAnswer
{
    /// <summary>Finds them again.</summary>
    public required string RequestId { get; init; }

    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>The version that scored all rows.</summary>
    public required int Version { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset PredictedAt { get; init; }

    /// <summary>One object per row, in their order, as in <see cref="PredictionBatch"/>.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, double>> Predictions { get; init; }
}

/// <summary>Asks for the predictions of one request.</summary>
[TaskType("find_predictions", Queues.Serving, Idempotent = true)]
public sealed record FindPredictions : IRequest<StoredPredictionList>
{
    /// <summary>Which request.</summary>
    public required RequestName Data { get; init; }

    /// <summary>A request by its id.</summary>
    public sealed record RequestName
    {
        /// <summary>As it was given or answered.</summary>
        public required string RequestId { get; init; }
    }
}

/// <summary>Asks for kept predictions, newest first.</summary>
[TaskType("list_predictions", Queues.Serving, Idempotent = true)]
public sealed record ListPredictions : IRequest<StoredPredictionList>
{
    /// <summary>Which ones; absent = all.</summary>
    public PredictionFilter? Data { get; init; }
}

/// <summary>Which kept predictions are wanted.</summary>
public sealed record PredictionFilter
{
    /// <summary>Model name; absent = all models.</summary>
    public string? Model { get; init; }

    /// <summary>Only of this version.</summary>
    public int? Version { get; init; }

    /// <summary>Only from this time on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How many at most, 1 to 1000. Default: 100.</summary>
    public int? Limit { get; init; }

    /// <summary>Goes on where a page ended: its <see cref="StoredPredictionList.NextPageToken"/>.</summary>
    public string? PageToken { get; init; }
}

/// <summary>Kept predictions.</summary>
public sealed record StoredPredictionList
{
    /// <summary>Of one request by row, else newest first.</summary>
    public required IReadOnlyList<StoredPrediction> Predictions { get; init; }

    /// <summary>Asks for the next page; absent = this is the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>The prediction of one row.</summary>
public sealed record StoredPrediction
{
    /// <summary>The request it was part of.</summary>
    public required string RequestId { get; init; }

    /// <summary>Which row of the request, from 0.</summary>
    public required int Row { get; init; }

    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>The version that predicted it.</summary>
    public required int Version { get; init; }

    /// <summary><c>stored</c> (somebody asked for it) or <c>sampled</c> (by the prediction log).</summary>
    public required string Source { get; init; }

    /// <summary>
    /// Of a stored prediction the row as it came; of a sampled one its features by name, read back from what went into the engine, so
    /// that they may differ in the last digit.
    /// </summary>
    public required JsonElement Input { get; init; }

    /// <summary>Output name to predicted value.</summary>
    public required IReadOnlyDictionary<string, double> Output { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset PredictedAt { get; init; }

    /// <summary>What came true: target name to number or class; absent = not known yet.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Labels { get; init; }
}
