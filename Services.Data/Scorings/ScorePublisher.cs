using System.Text.Json;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Streams;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Scorings;

/// <summary>Makes a dataset version of scored parts; by its lineage it is a child of the version that was scored.</summary>
internal sealed class ScorePublisher(FileImporter importer, IArtifactStore artifacts)
{
    /// <exception cref="MeshException">The parts are not those of the plan, not by one version, or without any prediction.</exception>
    public async Task<PublishedScores> PublishAsync(PublishScores.ScoreOrder order, CancellationToken cancellationToken)
    {
        var parts = order.Parts.OrderBy(part => part.Number).ToList();
        RequireAll(order.Plan.Parts, parts);
        var (model, version) = RequireOneModel(parts);
        var refused = parts.Sum(part => part.RefusedCount);
        if (refused == order.Plan.RowCount)
        {
            throw MeshException.FailedPrecondition(
                $"'{model}' version {version} refused all {refused} rows: {parts[0].FirstRefusal}");
        }

        var scored = order.Plan.Dataset;
        var lineage = new DatasetOrigin
        {
            Transform = "score",
            Parents = [new DatasetParent(scored.Name, scored.Version)],
            Parameters = JsonSerializer.Serialize(new { model, version }, MessageJson.Options),
        };
        var source = new ImportOrigin($"scores of {scored.Name}", Lineage: lineage);
        return new PublishedScores
        {
            Dataset = await importer.ImportAsync(order.Name, Open, source, cancellationToken),
            Model = model,
            Version = version,
            ScoredCount = order.Plan.RowCount - refused,
            RefusedCount = refused,
        };

        Task<Stream> Open(CancellationToken token) =>
            Task.FromResult<Stream>(new JoinedStream(parts.Select(part => part.Artifact), artifacts));
    }

    private static void RequireAll(IReadOnlyList<ScoringPart> planned, List<ScoredPart> scored)
    {
        if (!planned.Select(part => (part.Number, part.RowCount)).SequenceEqual(scored.Select(part => (part.Number, part.RowCount))))
        {
            throw MeshException.InvalidArgument(
                $"data.parts must be the {planned.Count} parts of data.plan, each once; found numbers "
                + $"{string.Join(", ", scored.Take(20).Select(part => part.Number))}{(scored.Count > 20 ? ", ..." : "")}.");
        }
    }

    private static (string Model, int Version) RequireOneModel(List<ScoredPart> parts)
    {
        var models = parts.Select(part => (part.Model, part.Version)).Distinct().ToList();
        if (models.Count == 1)
        {
            return models[0];
        }

        var names = models.Take(5).Select(model => $"{model.Model}@{model.Version}").DefaultIfEmpty("none");
        throw MeshException.FailedPrecondition(
            $"All parts must be scored by one version, found {string.Join(", ", names)}: name it, such as housing@3.");
    }
}
