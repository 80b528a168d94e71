using System.Security.Cryptography;
using System.Text;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.StoredPredictions;

/// <summary>
/// Predicts and keeps what was predicted. Idempotent by the request id: what is kept under it is the answer, also where two deliveries
/// are handled side by side.
/// </summary>
internal sealed class StorePredictionsHandler(Predictor predictor, PredictionStore store, TimeProvider time)
    : IMessageHandler<StorePredictions, StoredAnswer>
{
    public async Task<StoredAnswer> HandleAsync(
        StorePredictions message, MessageContext context, CancellationToken cancellationToken)
    {
        var order = message.Data;
        if (order.Rows.Count == 0)
        {
            throw MeshException.InvalidArgument("data.rows must have at least one row, was empty: there is nothing to keep.");
        }

        var id = RequestId.Require(order.RequestId ?? context.StepId?.ToString() ?? context.CorrelationId);
        var digest = DigestOf(order);
        return await FindAsync(id, digest, cancellationToken) ?? await PredictAsync(order, id, digest, context, cancellationToken);
    }

    private async Task<StoredAnswer> PredictAsync(
        PredictionOrder order, string id, string digest, MessageContext context, CancellationToken cancellationToken)
    {
        var call = PredictionCall.Of(context, order.Model, new JsonRows(order.Rows)) with { RequestId = id, IsKept = true };
        List<PredictionRow> rows;
        using (var scored = await predictor.PredictAsync(call, cancellationToken))
        {
            rows = Rows(order, scored, digest);
        }

        return await store.AddAsync(rows, cancellationToken) > 0
            ? Answer(rows)
            : await FindAsync(id, digest, cancellationToken)
                ?? throw MeshException.Unavailable($"What was kept for request '{id}' is just being deleted; try again.");
    }

    private List<PredictionRow> Rows(PredictionOrder order, ScoredCall scored, string digest)
    {
        var (manifest, outputs, now) = (scored.Model.Manifest, scored.Model.Outputs, time.GetUtcNow());
        return
        [
            .. order.Rows.Select((input, row) => new PredictionRow
            {
                RequestId = scored.Call.RequestId,
                RowNumber = row,
                Model = manifest.Name,
                Version = manifest.Version,
                Source = PredictionRow.Stored,
                RequestDigest = digest,
                Input = input.GetRawText(),
                Output = PredictionRow.Json(outputs, output => scored.Predictions[row, output]),

                // What is answered now equals what is read from the database later.
                PredictedAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)),
            }),
        ];
    }

    private async Task<StoredAnswer?> FindAsync(string id, string digest, CancellationToken cancellationToken)
    {
        var rows = await store.FindAsync(id, cancellationToken);
        if (rows.Count == 0)
        {
            return null;
        }

        return rows[0].RequestDigest == digest
            ? Answer(rows)
            : throw new MeshException(
                ErrorCode.AlreadyExists, $"Request '{id}' was kept with another model or other rows. Take a new id for a new request.");
    }

    private static StoredAnswer Answer(List<PredictionRow> rows) => new()
    {
        RequestId = rows[0].RequestId,
        Model = rows[0].Model,
        Version = rows[0].Version,
        PredictedAt = rows[0].PredictedAt,
        Predictions = [.. rows.Select(row => row.Outputs())],
    };

    private static string DigestOf(PredictionOrder order)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{order.Model}\n"));
        foreach (var row in order.Rows)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{row.GetRawText()}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
