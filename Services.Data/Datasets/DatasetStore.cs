using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Datasets;

/// <summary>Remembers dataset versions; a version, once there, never changes.</summary>
internal sealed class DatasetStore([FromKeyedServices(DataService.Schema)] Database database)
{
    private const string Columns = """
        v.name, v.version, v.digest, v.row_count AS RowCount, v.rejected_count AS RejectedCount, v.rejected, v.columns,
        v.created_at AS CreatedAt
        """;

    private readonly string _find = database.Sql($"""
        SELECT {Columns} FROM data.dataset_versions v JOIN data.datasets d ON d.name = v.name
        WHERE v.name = @name AND v.version = COALESCE(@version, d.newest)
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
        database.ReadAsync(
            async connection => (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
                _find, new { name, version }, cancellationToken: cancellationToken)))?.ToVersion(),
            cancellationToken);

    /// <summary>The newest version of every dataset, by name.</summary>
    public Task<List<DatasetVersion>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QueryAsync<Row>(new CommandDefinition(
                _list, cancellationToken: cancellationToken))).Select(row => row.ToVersion()).ToList(),
            cancellationToken);

    /// <summary>Adds a version under the next number, or finds the one that has this content already.</summary>
    /// <param name="version">The version; its number is not looked at.</param>
    /// <param name="rejects">Digest of the artifact with all rejected rows, if there are any.</param>
    /// <param name="rowsTable">The typed table with its rows, which is the version's from now on.</param>
    /// <param name="origin">What it was made of.</param>
    /// <param name="cancellationToken">Stops; nothing is added then.</param>
    public Task<(DatasetVersion Version, bool IsNew)> AddAsync(
        DatasetVersion version, string? rejects, string? rowsTable, DatasetOrigin origin, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var name = version.Name;
                await connection.ExecuteAsync(_lock, new { name }, transaction);
                if (await connection.QuerySingleOrDefaultAsync<Row>(_findDigest, new { name, digest = version.Digest }, transaction)
                    is { } same)
                {
                    return (same.ToVersion(), false);
                }

                var numbered = version with { Version = await connection.ExecuteScalarAsync<int>(_next, new { name }, transaction) };
                await connection.ExecuteAsync(_add, Row.From(numbered, rejects, rowsTable, origin), transaction);
                await connection.ExecuteAsync(
                    _addParent,
                    origin.Parents.Distinct().Select(parent => new
                    {
                        numbered.Name, numbered.Version, ParentName = parent.Name, ParentVersion = parent.Version,
                    }),
                    transaction);
                await connection.ExecuteAsync(_crossOut, new { rowsTable }, transaction);
                return (numbered, true);
            },
            cancellationToken);

    private sealed class Row
    {
        public string Name { get; init; } = "";

        public int Version { get; init; }

        public string Digest { get; init; } = "";

        public int RowCount { get; init; }

        public int RejectedCount { get; init; }

        public string Rejected { get; init; } = "";

        public string? Rejects { get; init; }

        public string Columns { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }

        public string? RowsTable { get; init; }

        public string Sources { get; init; } = "[]";

        public string Transform { get; init; } = "";

        public string? Parameters { get; init; }

        public static Row From(DatasetVersion version, string? rejects, string? rowsTable, DatasetOrigin origin) => new()
        {
            Name = version.Name,
            Version = version.Version,
            Digest = version.Digest,
            RowCount = version.RowCount,
            RejectedCount = version.RejectedCount,
            Rejected = JsonSerializer.Serialize(version.Rejected, MessageJson.Options),
            Rejects = rejects,
            Columns = JsonSerializer.Serialize(version.Columns, MessageJson.Options),
            CreatedAt = version.CreatedAt,
            RowsTable = rowsTable,
            Sources = JsonSerializer.Serialize(origin.Sources, MessageJson.Options),
            Transform = origin.Transform,
            Parameters = origin.Parameters,
        };

        public DatasetVersion ToVersion() => new()
        {
            Name = Name,
            Version = Version,
            Digest = Digest,
            RowCount = RowCount,
            RejectedCount = RejectedCount,
            Rejected = JsonSerializer.Deserialize<List<RejectedRow>>(Rejected, MessageJson.Options)!,
            Columns = JsonSerializer.Deserialize<List<DatasetColumn>>(Columns, MessageJson.Options)!,
            CreatedAt = CreatedAt,
        };
    }
}
