using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Predicts one row (<see cref="PredictRow"/>); changes nothing, so a second delivery does no harm.</summary>
internal sealed class PredictRowHandler(Predictor predictor) : IMessageHandler<RawJson, RawJson>
{
    public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
    {
        var request = RowRequest.Read(message.Utf8);
        using var scored = await predictor.PredictAsync(
            PredictionCall.Of(context, request.Model, new RawRow(request.Row), request.StickyKey), cancellationToken);
        return PredictionWriter.WriteRow(scored);
    }
}
