using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Predicts a bundle of rows as one batch (<see cref="PredictRows"/>); changes nothing, so a second delivery does no harm.</summary>
internal sealed class PredictRowsHandler(Predictor predictor) : IMessageHandler<RawJson, RawJson>
{
    public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
        PredictAsync(message, PredictionRows.FailCall, context, cancellationToken);

    /// <param name="message">A <see cref="PredictRows"/>.</param>
    /// <param name="onError">What a bad row fails where the message does not say it.</param>
    /// <param name="context">How it came.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<RawJson> PredictAsync(
        RawJson message, string onError, MessageContext context, CancellationToken cancellationToken)
    {
        var request = JsonSlice.Read<PredictRows>(message.Utf8, ["data", "rows"], out var slice).Data;
        RowSource rows = slice is { } raw ? new RawRows(raw) : new JsonRows(request.Rows);
        var call = PredictionCall.Of(context, request.Model, rows, request.StickyKey) with
        {
            EachAlone = IsEachAlone(request.OnError ?? onError),
        };
        using var scored = await predictor.PredictAsync(call, cancellationToken);
        return PredictionWriter.WriteBundle(scored);
    }

    private static bool IsEachAlone(string onError) => onError switch
    {
        PredictionRows.FailCall => false,
        PredictionRows.FailItem => true,
        _ => throw MeshException.InvalidArgument(
            $"on_error must be '{PredictionRows.FailCall}' (a bad row fails the call) or '{PredictionRows.FailItem}' (it fails alone), "
            + $"was '{(onError.Length <= 40 ? onError : $"{onError[..40]}...")}'."),
    };
}
