using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Predicts a bundle of rows as one batch; changes nothing, so a second delivery does no harm.</summary>
internal sealed class PredictRowsHandler(ModelFinder models) : IMessageHandler<PredictRows, PredictionBatch>
{
    public async Task<PredictionBatch> HandleAsync(
        PredictRows message, MessageContext context, CancellationToken cancellationToken)
    {
        var rows = message.Data.Rows;
        using var lease = await models.LeaseAsync(message.Data.Model, cancellationToken);
        var manifest = lease.Model.Manifest;
        var predictions = Scoring.ScoreRows(lease.Model, rows);
        return new PredictionBatch
        {
            Model = manifest.Name,
            Version = manifest.Version,
            Predictions =
            [
                .. Enumerable.Range(0, rows.Count).Select(row => lease.Model.Outputs
                    .Select((target, column) => KeyValuePair.Create(target, predictions[row, column]))
                    .ToDictionary(StringComparer.Ordinal)),
            ],
        };
    }
}
