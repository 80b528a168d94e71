using System.Globalization;
using Skipper.Services.Training.Evidence;
using Skipper.Services.Training.Models;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Training.Comparisons;

/// <summary>Measures two versions on the same rows; changes nothing, so a second delivery does no harm.</summary>
internal sealed class CompareModelsHandler(
    VersionFinder versions, AliasStore aliases, VersionJudge judge, SplitReader splits, IRpcClient rpc)
    : IMessageHandler<CompareModels, ModelComparison>
{
    private const double DefaultFraction = 0.2;

    // A split reads and writes the whole dataset, which may take longer than a usual call.
    private static readonly TimeSpan SplitTimeout = TimeSpan.FromMinutes(5);

    public async Task<ModelComparison> HandleAsync(CompareModels message, MessageContext context, CancellationToken cancellationToken)
    {
        var wanted = message.Data;
        var challenger = await versions.RequireAsync(
            new ModelName { Name = wanted.Name, Version = wanted.Version }, cancellationToken);
        var alias = await aliases.FindAsync(wanted.Name, wanted.Alias, null, cancellationToken);
        var champion = alias is null
            ? null
            : await versions.RequireAsync(new ModelName { Name = wanted.Name, Version = alias.Version }, cancellationToken);

        context.Report(10, "dividing the rows");
        var split = await rpc.CallAsync(SplitOf(wanted, challenger, champion), SplitTimeout, cancellationToken);
        var rows = new ComparedRows(split, (await splits.ReadAsync(split, cancellationToken)).Test, challenger, champion);
        context.Report(50, $"measuring version {challenger.Version}");
        var mine = await judge.MeasureAsync(challenger, rows, cancellationToken);
        return new ModelComparison
        {
            Name = wanted.Name,
            Version = challenger.Version,
            ChampionVersion = champion?.Version,
            Challenger = mine,
            Champion = champion is null ? null : await judge.MeasureAsync(champion, rows, cancellationToken),
            TestDigest = VersionFacts.DigestOf(split.Test),
            RowCount = split.Test.RowCount,
        };
    }

    private static SplitDataset SplitOf(CompareModels.Comparison wanted, ModelVersion challenger, ModelVersion? champion)
    {
        TrainingRequest.Require(
            ComparedRows.TaskOf(challenger) == ModelTask.Ranking == wanted.Group is not null,
            wanted.Group is null
                ? $"data.group must name the column of queries: version {challenger.Version} of model '{wanted.Name}' is a ranking"
                : $"data.group is only for rankings; version {challenger.Version} of model '{wanted.Name}' is none");
        var dataset = wanted.Dataset ?? challenger.Dataset;
        if (dataset.Length == 0)
        {
            throw MeshException.InvalidArgument(
                $"Version {challenger.Version} of model '{wanted.Name}' was imported: name the dataset to compare on as data.dataset.");
        }

        var fraction = wanted.Fraction ?? DefaultFraction;
        return fraction is > 0 and < 1
            ? new SplitDataset
            {
                Payload = fraction.ToString("R", CultureInfo.InvariantCulture),
                Reply = "reference",
                Data = new SplitOptions
                {
                    Dataset = dataset,
                    Version = wanted.DatasetVersion ?? (wanted.Dataset is null ? challenger.DatasetVersion : null),
                    Targets = [.. challenger.Targets, .. wanted.Group is { } group ? [group] : Array.Empty<string>()],
                    Method = wanted.Group is null ? null : "group",
                    By = wanted.Group,
                    Missing = AllowsMissing(challenger) && (champion is null || AllowsMissing(champion)) ? "keep" : null,
                    Seed = wanted.Seed ?? challenger.Lineage?.Seed ?? 1,
                },
            }
            : throw MeshException.InvalidArgument(FormattableString.Invariant(
                $"data.fraction must be more than 0 and less than 1, was {fraction:R}."));
    }

    private static bool AllowsMissing(ModelVersion version) => version.Signature?.Missing == "allow";
}
