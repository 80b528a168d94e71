using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Explanations;

/// <summary>Explains a bundle of rows; changes nothing, so a second delivery does no harm.</summary>
internal sealed class ExplainRowsHandler(ModelFinder models) : IMessageHandler<ExplainRows, ExplanationBatch>, IDisposable
{
    private const int MostExplanations = 1000;

    // An explanation costs as much as hundreds of predictions, which must not wait for it.
    private readonly SemaphoreSlim _room = new(Math.Max(1, Environment.ProcessorCount / 2));

    public async Task<ExplanationBatch> HandleAsync(ExplainRows message, MessageContext context, CancellationToken cancellationToken)
    {
        using var lease = await models.LeaseAsync(message.Data.Model, cancellationToken);
        var (model, manifest) = (lease.Model, lease.Model.Manifest);
        var explained = model.Explained ?? throw MeshException.FailedPrecondition(
            $"Model {manifest.Name} version {manifest.Version} cannot be explained: engine '{manifest.Engine}' does not say what its "
            + "predictions are made of.");
        var outputs = OutputsOf(model, message.Data.Outputs);
        var rows = new JsonRows(message.Data.Rows);
        if ((long)rows.Count * outputs.Count > MostExplanations)
        {
            throw MeshException.InvalidArgument(
                $"Rows times outputs may be at most {MostExplanations}, found {rows.Count} rows and {outputs.Count} outputs; "
                + "send several requests, or name the outputs.");
        }

        var batch = new RowBatch(rows.Count, model.Signature.Features.Count, eachAlone: false);
        rows.Read(model, batch);
        await _room.WaitAsync(cancellationToken);
        try
        {
            var inputs = model.Preparation?.Origins ?? [.. model.Signature.Features.Select(feature => feature.Name)];
            var explainer = new Explainer(explained, model.Outputs, inputs);
            return new ExplanationBatch
            {
                Model = manifest.Name,
                Version = manifest.Version,
                Explanations = explainer.Explain(batch.Features, outputs, cancellationToken),
            };
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();

    private static IReadOnlyList<int> OutputsOf(ServedModel model, IReadOnlyList<string>? names) => names is null
        ? [.. Enumerable.Range(0, model.Outputs.Count)]
        : [.. names.Distinct(StringComparer.Ordinal).Select(name => IndexOf(model, name))];

    private static int IndexOf(ServedModel model, string name)
    {
        for (var output = 0; output < model.Outputs.Count; output++)
        {
            if (model.Outputs[output] == name)
            {
                return output;
            }
        }

        var shown = name.Length <= 80 ? name : $"{name[..80]}...";
        throw MeshException.InvalidArgument(
            $"Model {model.Manifest.Name} version {model.Manifest.Version} has no output '{shown}'; "
            + $"it has {string.Join(", ", model.Outputs.Take(20))}{(model.Outputs.Count > 20 ? ", ..." : "")}.");
    }
}
