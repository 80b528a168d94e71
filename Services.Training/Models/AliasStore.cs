using System.Data.Common;
using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Training.Models;

/// <summary>Aliases of model versions, with all their moves: rows are added, none is ever changed.</summary>
internal sealed class AliasStore([FromKeyedServices(TrainingService.Schema)] Database database, TimeProvider time)
{
    private static readonly DateTimeOffset Forever = DateTimeOffset.MaxValue;

    private const string Columns = """
        SELECT a.model AS Name, a.alias AS Alias, a.version AS Version, b.version AS PreviousVersion, a.moved_at AS MovedAt,
          a.number AS Number, a.kind AS Kind, a.actor AS Actor, a.reason AS Reason, a.gate AS Gate
        FROM training.aliases a
        LEFT JOIN training.aliases b ON b.model = a.model AND b.alias = a.alias AND b.number = a.number - 1
        """;

    // Changes nothing but locks the model until the transaction ends: moves of its aliases and deletions stand in line.
    private readonly string _lock = database.Sql("UPDATE training.models SET newest = newest WHERE name = @Name");

    private readonly string _findByStep = database.Sql($"{Columns} WHERE a.step_id = @StepId");

    private readonly string _history = database.Sql(
        $"{Columns} WHERE a.model = @Name AND a.alias = @Alias AND a.moved_at <= @AsOf ORDER BY a.number DESC");

    private readonly string _current = database.Sql($"""
        {Columns}
        WHERE (a.model = @Name OR @Name IS NULL)
          AND a.number = (SELECT MAX(c.number) FROM training.aliases c WHERE c.model = a.model AND c.alias = a.alias)
        ORDER BY a.model, a.alias
        """);

    private readonly string _insert = database.Sql("""
        INSERT INTO training.aliases (model, alias, number, version, step_id, moved_at, kind, actor, reason, gate)
        SELECT name, @Alias, @After + 1, version, @StepId, @now, @Kind, @Actor, @Reason, @gate
        FROM training.model_versions WHERE name = @Name AND version = @Version AND deleted_at IS NULL
        """);

    /// <summary>
    /// Moves an alias, unless it was moved since that was decided, or the version was deleted: null then. A step that has moved it before
    /// gets what it did then, even if others have moved it since.
    /// </summary>
    public Task<ModelAlias?> MoveAsync(AliasMove move, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            var row = new
            {
                move.Name,
                move.Alias,
                move.Version,
                move.Kind,
                move.After,
                move.Actor,
                move.Reason,
                move.StepId,
                AsOf = Forever,
                gate = move.Gate is null ? null : JsonSerializer.Serialize(move.Gate, MessageJson.Options),
                now = time.GetUtcNow(),
            };
            await transaction.Connection!.ExecuteAsync(_lock, row, transaction);
            if (move.StepId is not null && await FirstAsync(transaction, _findByStep, row) is { } earlier)
            {
                return earlier;
            }

            var current = await FirstAsync(transaction, _history, row);
            return (current?.Number ?? 0) == move.After && await transaction.Connection!.ExecuteAsync(_insert, row, transaction) > 0
                ? await FirstAsync(transaction, _history, row)
                : null;
        },
        cancellationToken);

    /// <summary>What a step of a run moved; null = nothing yet.</summary>
    public async Task<ModelAlias?> FindByStepAsync(Guid stepId, CancellationToken cancellationToken) =>
        await ReadAsync(_findByStep, new { StepId = stepId }, cancellationToken) is [var moved] ? moved : null;

    /// <summary>Where an alias points, or pointed at a time; null = it did not exist.</summary>
    public async Task<ModelAlias?> FindAsync(
        string model, string alias, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        await ReadAsync(_history, new { Name = model, Alias = alias, AsOf = asOf ?? Forever }, cancellationToken) is [var newest, ..]
            ? newest
            : null;

    /// <summary>All moves of an alias, the newest first.</summary>
    public Task<IReadOnlyList<ModelAlias>> HistoryAsync(string model, string alias, CancellationToken cancellationToken) =>
        ReadAsync(_history, new { Name = model, Alias = alias, AsOf = Forever }, cancellationToken);

    /// <summary>Where the aliases of a model point, or those of all models.</summary>
    public Task<IReadOnlyList<ModelAlias>> ListAsync(string? model, CancellationToken cancellationToken) =>
        ReadAsync(_current, new { Name = model }, cancellationToken);

    private async Task<IReadOnlyList<ModelAlias>> ReadAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<AliasRow>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)),
            cancellationToken);
        return [.. rows.Select(row => row.ToAlias())];
    }

    private static async Task<ModelAlias?> FirstAsync(DbTransaction transaction, string sql, object parameters) =>
        (await transaction.Connection!.QueryFirstOrDefaultAsync<AliasRow>(sql, parameters, transaction))?.ToAlias();

    /// <summary>As the database has it.</summary>
    private sealed record AliasRow
    {
        public required string Name { get; init; }

        public required string Alias { get; init; }

        public required int Version { get; init; }

        public int? PreviousVersion { get; init; }

        public required DateTimeOffset MovedAt { get; init; }

        public required int Number { get; init; }

        public string? Kind { get; init; }

        public string? Actor { get; init; }

        public string? Reason { get; init; }

        public string? Gate { get; init; }

        public ModelAlias ToAlias() => new()
        {
            Name = Name,
            Alias = Alias,
            Version = Version,
            PreviousVersion = PreviousVersion,
            MovedAt = MovedAt,
            Number = Number,
            Kind = Kind,
            Actor = Actor,
            Reason = Reason,
            Gate = Gate is null ? null : JsonSerializer.Deserialize<GateResult>(Gate, MessageJson.Options),
        };
    }
}
