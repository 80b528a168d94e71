using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.QueuePipelines;

/// <summary>
/// Takes a message with many inputs apart, scores them as one batch and answers with a result or an error for each, in their order.
/// Changes nothing, so a second delivery only answers twice.
/// </summary>
internal sealed class QueuedPredictionHandler(Predictor predictor, PredictRowHandler single, PredictRowsHandler bundles)
    : IMessageHandler<RawJson, RawJson>
{
    private const string Serving = "serving";

    /// <summary>That of bundles, that of the original engine, and none at all: the queue says enough.</summary>
    public static IReadOnlyList<string> TaskTypes { get; } = ["predict", Serving, ""];

    public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
        context.TaskType == Serving
            ? PredictDataAsync(message, context, cancellationToken)
            : bundles.PredictAsync(message, PredictionRows.FailItem, context, cancellationToken);

    /// <summary>The original engine's form: <c>data</c> is a row, or here also an array of them.</summary>
    private async Task<RawJson> PredictDataAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
    {
        var request = JsonSlice.Read<PredictRow>(message.Utf8, ["data"], out var data);
        if (data is not { Items: not null } rows)
        {
            return await single.HandleAsync(message, context, cancellationToken);
        }

        var call = PredictionCall.Of(context, request.Model, new RawRows(rows)) with { EachAlone = true };
        using var scored = await predictor.PredictAsync(call, cancellationToken);
        return PredictionWriter.WriteBundle(scored);
    }
}
