using System.Data.Common;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Datasets;

/// <summary>Remembers dataset versions; a version, once there, never changes.</summary>
internal sealed class DatasetStore([FromKeyedServices(DataService.Schema)] Database database)
{
    public const string Columns = """
        v.name, v.version, v.digest, v.row_count AS RowCount, v.rejected_count AS RejectedCount, v.rejected, v.columns,
        v.created_at AS CreatedAt
        """;

    private readonly string _find = database.Sql($"""
        SELECT {Columns} FROM data.dataset_versions v JOIN data.datasets d ON d.name = v.name
        WHERE v.name = @name AND v.version = COALESCE(@version, d.newest)
        """);

    private readonly string _findTag = database.Sql($"""
        SELECT {Columns} FROM data.dataset_versions v JOIN data.dataset_tags t ON t.name = v.name AND t.version = v.version
        WHERE v.name = @name AND t.tag = @tag
        """);

    private readonly string _findAsOf = database.Sql($"""
        SELECT {Columns} FROM data.dataset_versions v WHERE v.name = @name AND v.created_at <= @asOf ORDER BY v.version DESC LIMIT 1
        """);

    private readonly string _findDigest = database.Sql(
        $"SELECT {Columns} FROM data.dataset_versions v WHERE v.name = @name AND v.digest = @digest");

    private readonly string _list = database.Sql($"""
        SELECT {Columns} FROM data.dataset_versions v JOIN data.datasets d ON d.name = v.name AND d.newest = v.version
        ORDER BY v.name
        """);

    // Touches the row even where it exists, which locks it: versions of one dataset are numbered one after the other.
    private readonly string _lock = database.Sql("""
        INSERT INTO data.datasets AS d (name, newest) VALUES (@name, 0)
        ON CONFLICT (name) DO UPDATE SET newest = d.newest
        """);

    private readonly string _next = database.Sql(
        "UPDATE data.datasets SET newest = newest + 1 WHERE name = @name RETURNING newest");

    private readonly string _add = database.Sql("""
        INSERT INTO data.dataset_versions
            (name, version, digest, row_count, rejected_count, rejected, rejects, columns, created_at,
             rows_table, sources, transform, parameters)
        VALUES (@Name, @Version, @Digest, @RowCount, @RejectedCount, @Rejected, @Rejects, @Columns, @CreatedAt,
             @RowsTable, @Sources, @Transform, @Parameters)
        """);

    private readonly string _addParent = database.Sql("""
        INSERT INTO data.dataset_parents (name, version, parent_name, parent_version)
        VALUES (@Name, @Version, @ParentName, @ParentVersion)
        """);

    private readonly string _crossOut = database.Sql("DELETE FROM data.dataset_drafts WHERE rows_table = @rowsTable");

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => database.WaitUntilReadyAsync(cancellationToken);

    /// <summary>One version, the newest unless one is named; null where there is none.</summary>
    public Task<DatasetVersion?> FindAsync(string name, int? version, CancellationToken cancellationToken) =>
        FindAsync(_find, new { name, version }, cancellationToken);

    /// <summary>The version that a tag points to; null where there is none.</summary>
    public Task<DatasetVersion?> FindByTagAsync(string name, string tag, CancellationToken cancellationToken) =>
        FindAsync(_findTag, new { name, tag }, cancellationToken);

    /// <summary>The version that was the newest at a time; null where there was none yet.</summary>
    public Task<DatasetVersion?> FindAsOfAsync(string name, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        FindAsync(_findAsOf, new { name, asOf }, cancellationToken);

    /// <summary>The newest version of every dataset, by name.</summary>
    public Task<List<DatasetVersion>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QueryAsync<DatasetRow>(new CommandDefinition(
                _list, cancellationToken: cancellationToken))).Select(row => row.ToVersion()).ToList(),
            cancellationToken);

    /// <summary>Adds a version under the next number, or finds the one that has this content already.</summary>
    /// <param name="version">The version; its number is not looked at.</param>
    /// <param name="rejects">Digest of the artifact with all rejected rows, if there are any.</param>
    /// <param name="rowsTable">The typed table with its rows, which is the version's from now on.</param>
    /// <param name="origin">What it was made of.</param>
    /// <param name="cancellationToken">Stops; nothing is added then.</param>
    /// <param name="within">Writes what belongs to a new version in its transaction.</param>
    public Task<(DatasetVersion Version, bool IsNew)> AddAsync(
        DatasetVersion version,
        string? rejects,
        string? rowsTable,
        DatasetOrigin origin,
        CancellationToken cancellationToken,
        Func<DbTransaction, DatasetVersion, Task>? within = null) =>
        database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var name = version.Name;
                await connection.ExecuteAsync(_lock, new { name }, transaction);
                if (await connection.QuerySingleOrDefaultAsync<DatasetRow>(_findDigest, new { name, digest = version.Digest }, transaction)
                    is { } same)
                {
                    return (same.ToVersion(), false);
                }

                var numbered = version with { Version = await connection.ExecuteScalarAsync<int>(_next, new { name }, transaction) };
                await connection.ExecuteAsync(_add, DatasetRow.From(numbered, rejects, rowsTable, origin), transaction);
                await connection.ExecuteAsync(
                    _addParent,
                    origin.Parents.Distinct().Select(parent => new
                    {
                        numbered.Name,
                        numbered.Version,
                        ParentName = parent.Name,
                        ParentVersion = parent.Version,
                    }),
                    transaction);
                await connection.ExecuteAsync(_crossOut, new { rowsTable }, transaction);
                await (within?.Invoke(transaction, numbered) ?? Task.CompletedTask);
                return (numbered, true);
            },
            cancellationToken);

    private Task<DatasetVersion?> FindAsync(string text, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QuerySingleOrDefaultAsync<DatasetRow>(new CommandDefinition(
                text, parameters, cancellationToken: cancellationToken)))?.ToVersion(),
            cancellationToken);
}
