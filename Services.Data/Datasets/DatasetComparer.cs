using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Datasets;

/// <summary>Tells two versions of a dataset apart: columns, their statistics, and by a key their rows.</summary>
internal sealed class DatasetComparer(DatasetCatalog catalog, DatasetRegistry registry, RowComparer rows)
{
    public async Task<DatasetDiff> CompareAsync(DiffDatasets.Comparison comparison, CancellationToken cancellationToken)
    {
        var from = await catalog.FindAsync(comparison.Name, comparison.From, cancellationToken);
        var to = await catalog.FindAsync(comparison.Name, comparison.To, cancellationToken);
        var common = to.Columns.Select(column => column.Name).Intersect(from.Columns.Select(column => column.Name)).ToList();
        var older = await StatisticsAsync(from, cancellationToken);
        var newer = await StatisticsAsync(to, cancellationToken);
        var keyed = comparison.Key is null
            ? null
            : await CompareRowsAsync(from, to, comparison.Key, common, cancellationToken);
        return new DatasetDiff
        {
            From = Reference(from),
            To = Reference(to),
            AddedColumns = [.. to.Columns.Select(column => column.Name).Except(common)],
            RemovedColumns = [.. from.Columns.Select(column => column.Name).Except(common)],
            Columns = [.. common.Select(name => Compare(name, older[name], newer[name], keyed))],
            Rows = keyed?.Rows,
        };
    }

    private static DatasetReference Reference(DatasetVersion version) => new(version.Name, version.Version, version.Digest);

    private static ColumnDiff Compare(string name, ColumnStatistics from, ColumnStatistics to, RowComparison? rows) => new()
    {
        Name = name,
        From = from,
        To = to,
        MeanShift = from.StandardDeviation > 0 ? (to.Mean - from.Mean) / from.StandardDeviation : null,
        ChangedCount = rows?.Changed.TryGetValue(name, out var changed) is true ? changed : null,
    };

    private async Task<RowComparison> CompareRowsAsync(
        DatasetVersion from,
        DatasetVersion to,
        IReadOnlyList<string> key,
        List<string> common,
        CancellationToken cancellationToken)
    {
        if (key.Count == 0 || key.Except(common).Any() || key.Distinct().Count() < key.Count)
        {
            throw MeshException.InvalidArgument(
                $"key must name different columns of both versions, found {string.Join(", ", key)}; "
                + $"both have {string.Join(", ", common)}.");
        }

        return await rows.CompareAsync(
            await TableAsync(from, cancellationToken), await TableAsync(to, cancellationToken), key, common, cancellationToken);
    }

    private async Task<TypedTable> TableAsync(DatasetVersion version, CancellationToken cancellationToken) =>
        (await registry.ReadAsync(version.Name, version.Version, cancellationToken)).RowsTable is { } table
            ? new TypedTable(table, DatasetCatalog.SchemaOf(version))
            : throw MeshException.FailedPrecondition(
                $"Version {version.Version} of '{version.Name}' was made before rows were kept in tables: leave out key.");

    private async Task<Dictionary<string, ColumnStatistics>> StatisticsAsync(
        DatasetVersion version, CancellationToken cancellationToken)
    {
        var moments = version.Columns.Select(_ => new Moments()).ToList();
        var numeric = version.Columns.Select(column => ColumnTypes.KindOf(column.Type))
            .Select(kind => kind is ColumnKind.Integer or ColumnKind.Number).ToList();
        if (numeric.Contains(true))
        {
            await catalog.ReadAsync(
                version,
                batch =>
                {
                    for (var column = 0; column < moments.Count; column++)
                    {
                        if (numeric[column])
                        {
                            moments[column].Add(batch.Numbers(column).AsSpan(0, batch.Count));
                        }
                    }

                    return Task.CompletedTask;
                },
                cancellationToken);
        }

        return version.Columns.Zip(moments).ToDictionary(
            pair => pair.First.Name, pair => pair.Second.Describe(pair.First, version.RowCount));
    }
}
