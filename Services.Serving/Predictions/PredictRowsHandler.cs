using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Predicts a bundle of rows as one batch; changes nothing, so a second delivery does no harm.</summary>
internal sealed class PredictRowsHandler(Predictor predictor) : IMessageHandler<PredictRows, PredictionBatch>
{
    public async Task<PredictionBatch> HandleAsync(
        PredictRows message, MessageContext context, CancellationToken cancellationToken)
    {
        var call = PredictionCall.Of(context, message.Data.Model, new JsonRows(message.Data.Rows), message.Data.StickyKey);
        using var scored = await predictor.PredictAsync(call, cancellationToken);
        var (manifest, predictions) = (scored.Model.Manifest, scored.Predictions);
        return new PredictionBatch
        {
            Model = manifest.Name,
            Version = manifest.Version,
            Lane = scored.Route.LaneName,
            Predictions =
            [
                .. Enumerable.Range(0, predictions.Rows).Select(row => scored.Model.Outputs
                    .Select((target, column) => KeyValuePair.Create(target, predictions[row, column]))
                    .ToDictionary(StringComparer.Ordinal)),
            ],
        };
    }
}
