using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Workflows;

/// <summary>The versions of workflows. What was read once is kept in memory, as it never changes.</summary>
internal sealed class WorkflowStore(
    [FromKeyedServices(GatewayService.Schema)] Database database, IOptions<TaskOptions> tasks, TimeProvider time)
{
    private const int MaxCached = 1000;

    private readonly ConcurrentDictionary<(string Name, int Version), WorkflowVersion> _cache = new();

    // Gives no row where the digest is known, or where another has just taken the number.
    private readonly string _insert = database.Sql("""
        INSERT INTO gateway.workflows (name, version, definition, source, digest, created_at)
        SELECT @Name, COALESCE(MAX(version), 0) + 1, @Json, @Source, @Digest, @Now FROM gateway.workflows WHERE name = @Name
        ON CONFLICT DO NOTHING
        """);

    private readonly string _findDigest = database.Sql(
        "SELECT version FROM gateway.workflows WHERE name = @Name AND digest = @Digest");

    private readonly string _newest = database.Sql("SELECT MAX(version) FROM gateway.workflows WHERE name = @Name");

    private readonly string _find = database.Sql("""
        SELECT name AS Name, version AS Version, definition AS Json, source AS Source, digest AS Digest, created_at AS CreatedAt
        FROM gateway.workflows WHERE name = @Name AND version = @Version
        """);

    private readonly string _versions = database.Sql("""
        SELECT name AS Name, version AS Version, digest AS Digest, created_at AS CreatedAt
        FROM gateway.workflows WHERE name = @Name ORDER BY version DESC
        """);

    private readonly string _list = database.Sql("""
        SELECT w.name AS Name, w.version AS Version, w.digest AS Digest, w.created_at AS CreatedAt
        FROM gateway.workflows w
        JOIN (SELECT name, MAX(version) AS version FROM gateway.workflows GROUP BY name) n ON n.name = w.name AND n.version = w.version
        ORDER BY w.name
        """);

    /// <summary>Stores a definition as the newest version; one that is there already, newest or not, is answered as it is.</summary>
    public async Task<(WorkflowVersion Version, bool IsNew)> AddAsync(
        WorkflowDefinition definition, string source, CancellationToken cancellationToken)
    {
        var json = WorkflowJson.Write(definition);
        var row = new
        {
            definition.Name,
            Json = json,
            Source = StoredText.Clean(source),
            Digest = WorkflowJson.Digest(json),
            Now = time.GetUtcNow(),
        };
        var (version, isNew) = (default(int?), false);
        while (version is null)
        {
            // Repeated where two definitions of one name came at once: the number that was taken is committed, so the next is free.
            (version, isNew) = await database.WriteAsync(
                async transaction =>
                {
                    var isInserted = await transaction.ExecuteAsync(_insert, row, cancellationToken) > 0;
                    return (await transaction.FirstOrDefaultAsync<int?>(_findDigest, row, cancellationToken), isInserted);
                },
                cancellationToken);
        }

        return ((await FindAsync(definition.Name, version, cancellationToken))!, isNew);
    }

    /// <summary>A version, the newest where none is named.</summary>
    /// <exception cref="MeshException">There is none (<c>not_found</c>): says what there is.</exception>
    public async Task<WorkflowVersion> RequireAsync(string name, int? version, CancellationToken cancellationToken)
    {
        if (await FindAsync(StoredText.Clean(name), version, cancellationToken) is { } found)
        {
            return found;
        }

        if (version is not null && await FindAsync(StoredText.Clean(name), null, cancellationToken) is { } newest)
        {
            throw MeshException.NotFound($"Workflow '{name}' has no version {version}; it has versions 1 to {newest.Version}.");
        }

        var known = string.Join(", ", (await ListAsync(cancellationToken)).Select(workflow => workflow.Name).Take(20));
        throw MeshException.NotFound($"There is no workflow '{name}'. There are: {(known == "" ? "none" : known)}.");
    }

    /// <summary>A version, the newest where none is named; null = there is none.</summary>
    public async Task<WorkflowVersion?> FindAsync(string name, int? version, CancellationToken cancellationToken)
    {
        version ??= await database.ReadAsync(
            connection => connection.FirstOrDefaultAsync<int?>(_newest, new { Name = name }, cancellationToken), cancellationToken);
        if (version is not { } number)
        {
            return null;
        }

        if (_cache.TryGetValue((name, number), out var known))
        {
            return known;
        }

        var row = await database.ReadAsync(
            connection => connection.FirstOrDefaultAsync<Row>(_find, new { Name = name, Version = number }, cancellationToken),
            cancellationToken);
        if (row is null)
        {
            return null;
        }

        if (_cache.Count >= MaxCached)
        {
            _cache.Clear();
        }

        return _cache.GetOrAdd((name, number), Read(row));
    }

    /// <summary>The newest version of every workflow, by name.</summary>
    public async Task<IReadOnlyList<WorkflowSummary>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(
            connection => connection.QueryAsync<WorkflowSummary>(_list, null, cancellationToken), cancellationToken))
            .OrderBy(workflow => workflow.Name, StringComparer.Ordinal)];

    /// <summary>All versions of a workflow, the newest first.</summary>
    public async Task<IReadOnlyList<WorkflowSummary>> VersionsAsync(string name, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            connection => connection.QueryAsync<WorkflowSummary>(_versions, new { Name = name }, cancellationToken), cancellationToken);

    private WorkflowVersion Read(Row row)
    {
        var reading = WorkflowReader.Read(Encoding.UTF8.GetBytes(row.Json), isJson: true, tasks.Value);
        return new WorkflowVersion
        {
            Name = row.Name,
            Version = row.Version,
            Definition = reading.Definition ?? throw new InvalidWorkflowException(reading.Errors),
            Json = row.Json,
            Source = row.Source,
            Digest = row.Digest,
            CreatedAt = row.CreatedAt,
        };
    }

    private sealed record Row
    {
        public string Name { get; init; } = "";

        public int Version { get; init; }

        public string Json { get; init; } = "";

        public string Source { get; init; } = "";

        public string Digest { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }
    }
}
