using System.Text.Json;
using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Features;

/// <summary>Makes a dataset version of features. All is checked before the first row is read; memory does not grow with the rows.</summary>
internal sealed partial class FeatureBuilder(DatasetCatalog catalog, DatasetPublisher publisher, ILogger<FeatureBuilder> logger)
{
    public async Task<DatasetVersion> BuildAsync(
        FeatureBuild build, Action<double, string> report, CancellationToken cancellationToken)
    {
        DatasetPublisher.RequireName(build.Name);
        var from = await OpenAsync(build.From, cancellationToken);
        var joins = await OpenJoinsAsync(build, from, cancellationToken);
        var encoded = new EncodedColumns(joins.Count == 0 ? from.Schema : joins[^1].Output, build.Encode);

        await using var draft = await publisher.StartAsync(build.Name, encoded.Output, cancellationToken);
        var writer = new FeatureWriter(draft, encoded, cancellationToken);
        if (joins.Count == 0)
        {
            report(0, $"Reading {from.Version.Name}");
            var skipped = await from.ReadAsync(catalog, writer.WriteAsync, cancellationToken);
            LogRead(from.Version.Name, from.Version.Version, skipped);
        }
        else
        {
            await JoinAsync(from, joins, writer, report, cancellationToken);
        }

        await writer.FlushAsync();
        return writer.RowCount == 0
            ? throw MeshException.FailedPrecondition($"{build.Name} would have no rows: {from.Version.Name} gives none.")
            : await publisher.CommitAsync(build.Name, draft, OriginOf(build, from, joins), RejectedSummary.None, cancellationToken);
    }

    private async Task<SourceRows> OpenAsync(FeatureSource source, CancellationToken cancellationToken) =>
        new(await catalog.FindAsync(source.Dataset, source.Version, cancellationToken), source);

    private async Task<List<JoinedSource>> OpenJoinsAsync(FeatureBuild build, SourceRows from, CancellationToken cancellationToken)
    {
        List<JoinedSource> joins = [];
        foreach (var join in build.Joins)
        {
            from.RequireTime();
            var left = joins.Count == 0 ? from.Schema : joins[^1].Output;
            joins.Add(new JoinedSource(left, from.Key, await OpenAsync(join.Source, cancellationToken), join));
        }

        return joins;
    }

    private async Task JoinAsync(
        SourceRows from, List<JoinedSource> joins, FeatureWriter writer, Action<double, string> report, CancellationToken cancellationToken)
    {
        var time = from.RequireTime();
        List<RowSorter> sorted = [];
        try
        {
            foreach (var join in joins)
            {
                report(80.0 * sorted.Count / (joins.Count + 1), $"Reading {join.Source.Version.Name}");
                sorted.Add(await join.SortAsync(catalog, cancellationToken));
            }

            report(80.0 * sorted.Count / (joins.Count + 1), $"Reading {from.Version.Name}");
            sorted.Add(await from.SortAsync(catalog, (batch, row) => RowColumns.TimeOf(batch, time, row), cancellationToken));
            report(80, "Joining");
            var joined = sorted[^1].Read();
            for (var i = 0; i < joins.Count; i++)
            {
                joined = joins[i].Join(joined, sorted[i]);
            }

            foreach (var row in joined)
            {
                await writer.WriteAsync(row.Batch, row.Row);
            }
        }
        finally
        {
            sorted.ForEach(sorter => sorter.Dispose());
        }
    }

    private static DatasetOrigin OriginOf(FeatureBuild build, SourceRows from, List<JoinedSource> joins) => new()
    {
        Parents = [.. joins.Select(join => join.Source.Version).Prepend(from.Version)
            .Select(version => new DatasetParent(version.Name, version.Version)).Distinct()],
        Transform = "build_features",
        Parameters = JsonSerializer.Serialize(build, MessageJson.Options),
    };

    [LoggerMessage(LogLevel.Information, "Read {Dataset} version {Version}; {Skipped} rows without time or key are in no window")]
    private partial void LogRead(string dataset, int version, long skipped);
}
