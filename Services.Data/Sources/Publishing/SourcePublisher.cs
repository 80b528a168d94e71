using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Sources.Publishing;

/// <summary>
/// Makes a dataset version of the rows of sources, by the rules for the dataset, and of one state of the database: rows, cursors and
/// answers are read in one snapshot. Memory does not grow with the rows.
/// </summary>
internal sealed class SourcePublisher(
    SourceStore sources,
    SourceLineage lineage,
    PageWriter writer,
    TypedTableStore tables,
    QualityGate gate,
    CheckedImporter checkedImporter,
    DatasetPublisher publisher,
    [FromKeyedServices(DataService.Schema)] Database database)
{
    /// <exception cref="MeshException"><see cref="ErrorCode.FailedPrecondition"/>: the suite failed, and nothing was published.</exception>
    public async Task<DatasetVersion> PublishAsync(
        PublishSource.Publication wanted, Action<long, long> report, CancellationToken cancellationToken)
    {
        var declarations = await DeclarationsAsync(wanted.Sources, cancellationToken);
        var dataset = wanted.Dataset ?? declarations[0].Table;
        DatasetPublisher.RequireName(dataset);
        await CreateAsync(declarations, cancellationToken);
        var published = TablesOf(declarations);
        var rules = await gate.FindAsync(dataset, cancellationToken);
        return await database.ReadSnapshotAsync(
            async snapshot =>
            {
                var rows = new TableRows(tables, published, snapshot, report);
                if (await rows.CountAsync(cancellationToken) == 0)
                {
                    throw MeshException.FailedPrecondition(
                        $"There are no rows of {string.Join(", ", wanted.Sources)} to publish: ingest first.");
                }

                var origin = await lineage.DescribeAsync(snapshot, dataset, declarations, cancellationToken);
                return rules is null
                    ? await PublishAsync(dataset, rows, origin, cancellationToken)
                    : await checkedImporter.ImportAsync(rules, dataset, rows, origin, cancellationToken);
            },
            cancellationToken);
    }

    private async Task<DatasetVersion> PublishAsync(
        string dataset, TableRows rows, DatasetOrigin origin, CancellationToken cancellationToken)
    {
        await using var draft = await publisher.StartAsync(dataset, rows.Schema, cancellationToken);
        await rows.ReadAsync(batch => draft.WriteAsync(batch, cancellationToken), cancellationToken);
        return await publisher.CommitAsync(dataset, draft, origin, RejectedSummary.None, cancellationToken);
    }

    /// <summary>The sources that are named, and whatever else fills their tables.</summary>
    private async Task<List<SourceDeclaration>> DeclarationsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            throw MeshException.InvalidArgument("sources must name at least one source, found none.");
        }

        List<string> published = [];
        foreach (var name in names)
        {
            published.Add(DeclarationReader.Read((await sources.FindAsync(name, cancellationToken)).Declaration).Table);
        }

        return [.. (await sources.ListAsync(cancellationToken)).Select(source => DeclarationReader.Read(source.Declaration))
            .Where(source => published.Contains(source.Table)).OrderBy(source => published.IndexOf(source.Table))];
    }

    /// <summary>A source that was never ingested has no table yet, or not all of its columns.</summary>
    private Task<bool> CreateAsync(List<SourceDeclaration> declarations, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            foreach (var declaration in declarations)
            {
                await writer.CreateAsync(transaction, declaration, cancellationToken);
            }

            return true;
        },
        cancellationToken);

    private static List<TypedTable> TablesOf(List<SourceDeclaration> declarations)
    {
        var found = declarations.GroupBy(source => source.Table).Select(sharing => sharing.Select(PageWriter.TableOf).ToList())
            .Select(sharing => new TypedTable(sharing[0].Name, SchemaOf(sharing), KeyOf(sharing[0])))
            .ToList();
        var columns = found[0].Schema.Columns;
        return found.FirstOrDefault(table => !table.Schema.Columns.SequenceEqual(columns)) is not { } other
            ? found
            : throw MeshException.FailedPrecondition(
                $"Tables are published together when they have the same columns: {found[0].Name} has {Show(columns)}, "
                + $"{other.Name} {Show(other.Schema.Columns)}.");
    }

    /// <summary>All columns of those that share a table.</summary>
    private static TableSchema SchemaOf(List<TypedTable> sharing) =>
        new([.. sharing.SelectMany(table => table.Schema.Columns).DistinctBy(column => column.Name, StringComparer.OrdinalIgnoreCase)]);

    private static IReadOnlyList<string> KeyOf(TypedTable table) => [.. table.Key.Select(column => table.Schema.Columns[column].Name)];

    private static string Show(IReadOnlyList<ColumnSchema> columns) =>
        string.Join(", ", columns.Select(column => $"{column.Name} ({ColumnTypes.NameOf(column.Kind)})"));
}
