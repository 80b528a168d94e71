using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Datasets;

/// <summary>How a version was made, and where its rows are.</summary>
internal sealed record VersionRecord
{
    public string Transform { get; init; } = "";

    public string? Parameters { get; init; }

    public string Sources { get; init; } = "[]";

    public string? Rejects { get; init; }

    public string? RowsTable { get; init; }

    public IReadOnlyList<string> SourceNames => JsonSerializer.Deserialize<List<string>>(Sources, MessageJson.Options)!;
}

/// <summary>Remembers what belongs to versions beside themselves: where they come from, and which tags point to them.</summary>
internal sealed class DatasetRegistry([FromKeyedServices(DataService.Schema)] Database database, TimeProvider time)
{
    private const int MostVersions = 100;

    private readonly string _versions = database.Sql($"""
        SELECT {DatasetStore.Columns} FROM data.dataset_versions v
        WHERE v.name = @name AND v.version < @before ORDER BY v.version DESC LIMIT {MostVersions}
        """);

    private readonly string _record = database.Sql("""
        SELECT transform, parameters, sources, rejects, rows_table AS RowsTable FROM data.dataset_versions
        WHERE name = @name AND version = @version
        """);

    private readonly string _parents = database.Sql("""
        SELECT v.name, v.version, v.digest FROM data.dataset_parents p
        JOIN data.dataset_versions v ON v.name = p.parent_name AND v.version = p.parent_version
        WHERE p.name = @name AND p.version = @version ORDER BY v.name, v.version
        """);

    private readonly string _children = database.Sql("""
        SELECT v.name, v.version, v.digest FROM data.dataset_parents p
        JOIN data.dataset_versions v ON v.name = p.name AND v.version = p.version
        WHERE p.parent_name = @name AND p.parent_version = @version ORDER BY v.name, v.version
        """);

    private readonly string _tags = database.Sql(
        "SELECT tag, version, moved_at AS MovedAt FROM data.dataset_tags WHERE name = @name ORDER BY tag");

    private readonly string _move = database.Sql("""
        INSERT INTO data.dataset_tags AS t (name, tag, version, moved_at) VALUES (@name, @tag, @version, @now)
        ON CONFLICT (name, tag) DO UPDATE SET version = excluded.version, moved_at = excluded.moved_at
        WHERE t.version <> excluded.version
        """);

    /// <summary>Versions before one, newest first, at most 100.</summary>
    public Task<List<DatasetVersion>> ListAsync(string name, int? before, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QueryAsync<DatasetRow>(Command(
                _versions, new { name, before = before ?? int.MaxValue }, cancellationToken))).Select(row => row.ToVersion()).ToList(),
            cancellationToken);

    public Task<VersionRecord> ReadAsync(string name, int version, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => connection.QuerySingleAsync<VersionRecord>(Command(_record, new { name, version }, cancellationToken)),
            cancellationToken);

    public Task<List<DatasetReference>> ParentsAsync(string name, int version, CancellationToken cancellationToken) =>
        ReferencesAsync(_parents, name, version, cancellationToken);

    public Task<List<DatasetReference>> ChildrenAsync(string name, int version, CancellationToken cancellationToken) =>
        ReferencesAsync(_children, name, version, cancellationToken);

    public Task<List<DatasetTag>> TagsAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QueryAsync<DatasetTag>(Command(_tags, new { name }, cancellationToken))).ToList(),
            cancellationToken);

    /// <summary>Points a tag to a version that is there; where it points there already, nothing changes.</summary>
    public Task<DatasetTag> MoveTagAsync(string name, string tag, int version, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                await connection.ExecuteAsync(_move, new { name, tag, version, now = time.GetUtcNow() }, transaction);
                return (await connection.QueryAsync<DatasetTag>(_tags, new { name }, transaction)).Single(moved => moved.Tag == tag);
            },
            cancellationToken);

    private static CommandDefinition Command(string text, object parameters, CancellationToken cancellationToken) =>
        new(text, parameters, cancellationToken: cancellationToken);

    private Task<List<DatasetReference>> ReferencesAsync(
        string text, string name, int version, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                var references = new List<DatasetReference>();
                await using var reader = await connection.ExecuteReaderAsync(Command(text, new { name, version }, cancellationToken));
                while (await reader.ReadAsync(cancellationToken))
                {
                    references.Add(new DatasetReference(reader.GetString(0), reader.GetInt32(1), reader.GetString(2)));
                }

                return references;
            },
            cancellationToken);
}
