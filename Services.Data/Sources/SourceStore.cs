using System.Data.Common;
using System.Text.Json;
using Dapper;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Sources;

/// <summary>A declaration as it was stored.</summary>
internal sealed record StoredSource(string Name, string Declaration, DateTimeOffset? NotBefore, DateTimeOffset UpdatedAt);

/// <summary>Remembers declarations, and the state of each item.</summary>
internal sealed class SourceStore([FromKeyedServices(DataService.Schema)] Database database, TimeProvider time)
{
    private const string Columns = "name, declaration, not_before AS NotBefore, updated_at AS UpdatedAt";

    private readonly string _find = database.Sql($"SELECT {Columns} FROM data.sources WHERE name = @name");

    private readonly string _list = database.Sql($"SELECT {Columns} FROM data.sources ORDER BY name");

    private readonly string _put = database.Sql("""
        INSERT INTO data.sources (name, declaration, not_before, updated_at) VALUES (@name, @declaration, NULL, @now)
        ON CONFLICT (name) DO UPDATE SET declaration = excluded.declaration, updated_at = excluded.updated_at
        """);

    private readonly string _keepAway = database.Sql("UPDATE data.sources SET not_before = @until WHERE name = @name");

    private readonly string _state = database.Sql(
        "SELECT revision, CAST(state AS text) AS state FROM data.source_states WHERE source = @source AND item = @item");

    private readonly string _states = database.Sql(
        "SELECT item, revision, CAST(state AS text) AS state FROM data.source_states WHERE source = @source ORDER BY item LIMIT @limit");

    private readonly string _save = database.Sql($"""
        INSERT INTO data.source_states AS s (source, item, revision, state, updated_at)
        VALUES (@source, @item, @revision + 1, {Json(database, "state")}, @now)
        ON CONFLICT (source, item) DO UPDATE
        SET revision = excluded.revision, state = excluded.state, updated_at = excluded.updated_at
        WHERE s.revision = @revision
        """);

    private readonly string _page = database.Sql($"""
        INSERT INTO data.source_pages (source, item, page, item_values, first_record, fetched_at, digest, problem, content)
        SELECT @source, @item, @page, {Json(database, "values")}, @firstRecord, @fetchedAt, @digest, CAST(@problem AS text),
               {Json(database, "content")}
        WHERE NOT EXISTS (
            SELECT 1 FROM data.source_pages p
            WHERE p.digest = @digest AND p.problem IS NULL AND CAST(@problem AS text) IS NULL AND p.id = (
                SELECT MAX(id) FROM data.source_pages n WHERE n.source = @source AND n.item = @item AND n.page = @page))
        """);

    /// <summary>A parameter with JSON in it.</summary>
    private static string Json(Database database, string name) =>
        database.Dialect is Dialect.PostgreSql ? $"CAST(@{name} AS jsonb)" : $"@{name}";

    /// <exception cref="MeshException">There is no such source.</exception>
    public async Task<StoredSource> FindAsync(string name, CancellationToken cancellationToken) => await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<SourceRow>(Command(_find, new { name }, cancellationToken)),
            cancellationToken)
        is { } row
            ? row.ToSource()
            : throw MeshException.NotFound($"There is no source '{name}'. Declare it first.");

    public Task<List<StoredSource>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async connection => (await connection.QueryAsync<SourceRow>(Command(_list, null, cancellationToken)))
            .Select(row => row.ToSource()).ToList(),
        cancellationToken);

    public Task PutAsync(string name, string declaration, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(
            Command(_put, new { name, declaration, now = time.GetUtcNow() }, cancellationToken, transaction)),
        cancellationToken);

    /// <summary>The provider asked to be left alone until then; null = no longer.</summary>
    public Task KeepAwayAsync(string name, DateTimeOffset? until, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(Command(_keepAway, new { name, until }, cancellationToken, transaction)),
        cancellationToken);

    public Task<StoredState> StateAsync(string source, string item, CancellationToken cancellationToken) => database.ReadAsync(
        async connection =>
        {
            var row = await connection.QuerySingleOrDefaultAsync<StateRow>(Command(_state, new { source, item }, cancellationToken));
            return row is null ? new StoredState(new ItemState(), 0) : new StoredState(Parse(row.State), row.Revision);
        },
        cancellationToken);

    /// <summary>The items that a declaration names, each with how far it is.</summary>
    public async Task<IReadOnlyList<SourceUnit>> UnitsAsync(SourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var units = new List<SourceUnit>();
        foreach (var item in declaration.Items)
        {
            units.Add(new SourceUnit(item, await StateAsync(declaration.Name, item.Name, cancellationToken)));
        }

        return units;
    }

    public Task<List<(string Item, ItemState State)>> StatesAsync(string source, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QueryAsync<StateRow>(Command(_states, new { source, limit }, cancellationToken)))
                .Select(row => (row.Item, Parse(row.State))).ToList(),
            cancellationToken);

    /// <summary>Writes a state in the transaction of the rows it stands for.</summary>
    /// <exception cref="MeshException">Another ingestion wrote it meanwhile.</exception>
    public async Task<StoredState> SaveAsync(
        DbTransaction transaction, string source, string item, StoredState before, ItemState state, CancellationToken cancellationToken)
    {
        var values = new
        {
            source,
            item,
            revision = before.Revision,
            state = JsonSerializer.Serialize(state, MessageJson.Options),
            now = time.GetUtcNow(),
        };
        return await transaction.Connection!.ExecuteAsync(Command(_save, values, cancellationToken, transaction)) == 1
            ? new StoredState(state, before.Revision + 1)
            : throw new MeshException(
                ErrorCode.FailedPrecondition, $"Another ingestion of source '{source}' goes on with item '{item}'; this one stops.");
    }

    /// <summary>Keeps an answer, unless it equals the one before it.</summary>
    /// <param name="transaction">That of the rows.</param>
    /// <param name="source">Name of the source.</param>
    /// <param name="page">The answer.</param>
    /// <param name="problem">Why no rows are made of it; null = they are.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<int> KeepAsync(
        DbTransaction transaction, string source, SourcePage page, string? problem, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(Command(
            _page,
            new
            {
                source,
                item = page.Item.Name,
                page = page.Name,
                values = JsonSerializer.Serialize(page.Item.Values),
                firstRecord = page.FirstRecord,
                fetchedAt = page.FetchedAt,
                digest = page.Digest,
                problem,
                content = page.Text,
            },
            cancellationToken,
            transaction));

    private static ItemState Parse(string json) => JsonSerializer.Deserialize<ItemState>(json, MessageJson.Options)!;

    private static CommandDefinition Command(
        string text, object? values, CancellationToken cancellationToken, DbTransaction? transaction = null) =>
        new(text, values, transaction, cancellationToken: cancellationToken);

    private sealed class SourceRow
    {
        public string Name { get; init; } = "";

        public string Declaration { get; init; } = "";

        public DateTimeOffset? NotBefore { get; init; }

        public DateTimeOffset UpdatedAt { get; init; }

        public StoredSource ToSource() => new(Name, Declaration, NotBefore, UpdatedAt);
    }

    private sealed class StateRow
    {
        public string Item { get; init; } = "";

        public long Revision { get; init; }

        public string State { get; init; } = "";
    }
}
