using System.Data.Common;
using Dapper;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Datasets;

/// <summary>What the database found.</summary>
/// <param name="Rows">Added, removed and changed rows.</param>
/// <param name="Changed">By column: rows in which it differs.</param>
internal sealed record RowComparison(RowDiff Rows, IReadOnlyDictionary<string, long> Changed);

/// <summary>Compares the rows of two typed tables by key, in the database.</summary>
internal sealed class RowComparer([FromKeyedServices(DataService.Schema)] Database database, TypedTableStore tables)
{
    private const int ShownKeys = 20;

    public Task<RowComparison> CompareAsync(
        TypedTable from, TypedTable to, IReadOnlyList<string> key, IReadOnlyList<string> common, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                var (older, newer) = (tables.NameOf(from), tables.NameOf(to));
                await RequireKeyAsync(connection, older, key, cancellationToken);
                await RequireKeyAsync(connection, newer, key, cancellationToken);
                var same = string.Join(" AND ", key.Select(Quoted).Select(name => $"f.{name} = t.{name}"));
                var added = $"FROM {newer} t LEFT JOIN {older} f ON {same} WHERE f.{TypedTableSql.RowColumn} IS NULL";
                var removed = $"FROM {older} f LEFT JOIN {newer} t ON {same} WHERE t.{TypedTableSql.RowColumn} IS NULL";
                var tests = Tests(from, to, [.. common.Except(key)]);
                var differs = tests.Count == 0 ? "1 = 0" : string.Join(" OR ", tests.Values);
                var changed = $"FROM {newer} t JOIN {older} f ON {same} WHERE {differs}";
                var counts = await CountAsync(connection, changed, tests, cancellationToken);
                return new RowComparison(
                    new RowDiff
                    {
                        AddedCount = await ScalarAsync(connection, $"SELECT COUNT(*) {added}", cancellationToken),
                        RemovedCount = await ScalarAsync(connection, $"SELECT COUNT(*) {removed}", cancellationToken),
                        ChangedCount = counts[""],
                        Added = await KeysAsync(connection, to, "t", key, added, cancellationToken),
                        Removed = await KeysAsync(connection, from, "f", key, removed, cancellationToken),
                        Changed = await KeysAsync(connection, to, "t", key, changed, cancellationToken),
                    },
                    counts);
            },
            cancellationToken);

    private static string Quoted(string column) => TypedTable.Quoted(column);

    /// <summary>By column, what is true where its values differ; a column that changed its type differs everywhere.</summary>
    private Dictionary<string, string> Tests(TypedTable from, TypedTable to, IReadOnlyList<string> columns)
    {
        var differs = database.Dialect is Dialect.PostgreSql ? "IS DISTINCT FROM" : "IS NOT";
        return columns.ToDictionary(column => column, column => KindOf(from, column) == KindOf(to, column)
            ? $"f.{Quoted(column)} {differs} t.{Quoted(column)}"
            : "1 = 1");
    }

    private static ColumnKind KindOf(TypedTable table, string column) => table.Schema.Columns[table.Require(column)].Kind;

    private static async Task RequireKeyAsync(
        DbConnection connection, string table, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", key.Select(Quoted));
        var missing = string.Join(" OR ", key.Select(column => $"{Quoted(column)} IS NULL"));
        var text = $"""
            SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {missing} LIMIT 1) AS m)
                 + (SELECT COUNT(*) FROM (SELECT 1 FROM {table} GROUP BY {names} HAVING COUNT(*) > 1 LIMIT 1) AS d)
            """;
        if (await ScalarAsync(connection, text, cancellationToken) > 0)
        {
            throw MeshException.FailedPrecondition(
                $"{string.Join(", ", key)} is no key: a value is missing, or there twice. Name columns that tell all rows apart.");
        }
    }

    private static async Task<Dictionary<string, long>> CountAsync(
        DbConnection connection, string changed, Dictionary<string, string> tests, CancellationToken cancellationToken)
    {
        var sums = string.Concat(tests.Values.Select(test => $", COALESCE(SUM(CASE WHEN {test} THEN 1 ELSE 0 END), 0)"));
        await using var reader = await connection.ExecuteReaderAsync(Command($"SELECT COUNT(*){sums} {changed}", cancellationToken));
        await reader.ReadAsync(cancellationToken);
        var counts = new Dictionary<string, long> { [""] = reader.GetInt64(0) };
        var place = 1;
        foreach (var column in tests.Keys)
        {
            counts[column] = reader.GetInt64(place++);
        }

        return counts;
    }

    private static async Task<List<IReadOnlyList<string>>> KeysAsync(
        DbConnection connection,
        TypedTable table,
        string alias,
        IReadOnlyList<string> key,
        string rows,
        CancellationToken cancellationToken)
    {
        var schema = new TableSchema([.. key.Select(column => table.Schema.Columns[table.Require(column)])]);
        var batch = new RowBatch(schema, capacity: 1);
        var names = string.Join(", ", key.Select(column => $"{alias}.{Quoted(column)}"));
        var text = $"SELECT {names} {rows} ORDER BY {alias}.{TypedTableSql.RowColumn} LIMIT {ShownKeys}";
        await using var reader = await connection.ExecuteReaderAsync(Command(text, cancellationToken));
        var keys = new List<IReadOnlyList<string>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            StoredRow.Read(reader, batch, 0);
            keys.Add([.. key.Select((_, column) => CellFormat.Text(batch, column, 0))]);
        }

        return keys;
    }

    private static Task<long> ScalarAsync(DbConnection connection, string text, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(Command(text, cancellationToken));

    private static CommandDefinition Command(string text, CancellationToken cancellationToken) =>
        new(text, commandTimeout: TypedTableStore.Timeout, cancellationToken: cancellationToken);
}
