using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Serving.Scorings;

/// <summary>Takes a part from its artifact through the model to another artifact, a batch at a time.</summary>
internal sealed class PartScorer(Predictor predictor, IArtifactStore artifacts)
{
    // Few enough that a prediction that comes in between hardly waits.
    private const int BatchRows = 500;

    /// <exception cref="MeshException">There is no such artifact or model, or the part is not what its plan says.</exception>
    public async Task<ScoredPart> ScoreAsync(ScorePart.PartOrder order, MessageContext context, CancellationToken cancellationToken)
    {
        RequireVersion(order.Model);
        await using var scores = new ScoreFile();
        using var lines = new StreamReader(await OpenAsync(order.Part.Artifact, cancellationToken));
        var batch = new List<JsonElement>(BatchRows);
        var read = 0;
        for (var atEnd = false; !atEnd;)
        {
            var line = await lines.ReadLineAsync(cancellationToken);
            atEnd = line is null;
            if (line is not null)
            {
                batch.Add(Parse(line, ++read));
            }

            if (batch.Count == BatchRows || (atEnd && batch.Count > 0))
            {
                await ScoreAsync(order.Model, batch, scores, context, cancellationToken);
                batch.Clear();
                context.Report(100.0 * read / Math.Max(read, order.Part.RowCount), $"{read} of {order.Part.RowCount} rows");
            }
        }

        if (read != order.Part.RowCount || read == 0)
        {
            throw MeshException.InvalidArgument(
                $"data.part.artifact must have {order.Part.RowCount} lines, as data.part.row_count says, and at least 1; found {read}.");
        }

        return new ScoredPart
        {
            Number = order.Part.Number,
            RowCount = read,
            RefusedCount = scores.RefusedCount,
            FirstRefusal = scores.FirstRefusal,
            Model = scores.Model!.Name,
            Version = scores.Model.Version,
            Artifact = await scores.StoreAsync(artifacts, cancellationToken),
        };
    }

    private async Task ScoreAsync(
        string model, IReadOnlyList<JsonElement> records, ScoreFile scores, MessageContext context, CancellationToken cancellationToken)
    {
        var call = PredictionCall.Of(context, model, new RecordRows(records)) with { EachAlone = true, IsKept = true };
        using var scored = await predictor.PredictAsync(call, cancellationToken);
        scores.Add(records, scored);
    }

    private static void RequireVersion(string model)
    {
        if (ModelReference.Parse(model).Version is null)
        {
            throw MeshException.InvalidArgument(
                $"data.model must name a version, such as housing@3, so that all parts are scored by the same; was '{model}'.");
        }
    }

    private async Task<Stream> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            return await artifacts.OpenAsync(digest, cancellationToken);
        }
        catch (FileNotFoundException exception)
        {
            throw MeshException.NotFound(exception.Message);
        }
    }

    private static JsonElement Parse(string line, int number)
    {
        try
        {
            var record = JsonSerializer.Deserialize<JsonElement>(line);
            return record.ValueKind is JsonValueKind.Object
                ? record
                : throw MeshException.InvalidArgument($"Line {number} of the part must be a JSON object, found another value.");
        }
        catch (JsonException exception)
        {
            throw MeshException.InvalidArgument($"Line {number} of the part must be a JSON object: {exception.Message}");
        }
    }
}
