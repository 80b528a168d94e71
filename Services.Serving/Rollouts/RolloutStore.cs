using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>Rollouts with all their changes: rows are added, none is ever changed.</summary>
internal sealed class RolloutStore([FromKeyedServices(ServingService.Schema)] Database database)
{
    private const int LongestHistory = 200;

    // A change that was decided from an older state than the newest adds nothing.
    private readonly string _add = database.Sql(
        """
        INSERT INTO serving.rollout_changes (model, number, rollout, step_id, changed_at)
        VALUES (@Model, @Number, @rollout, @stepId, @ChangedAt)
        ON CONFLICT DO NOTHING
        """);

    private readonly string _findByStep = database.Sql("SELECT rollout FROM serving.rollout_changes WHERE step_id = @stepId");

    private readonly string _history = database.Sql(
        "SELECT rollout FROM serving.rollout_changes WHERE model = @model ORDER BY number DESC LIMIT @limit");

    private readonly string _list = database.Sql(
        """
        SELECT rollout FROM serving.rollout_changes c
        WHERE number = (SELECT MAX(n.number) FROM serving.rollout_changes n WHERE n.model = c.model)
        ORDER BY model
        """);

    /// <summary>Adds a change; false where the rollout was changed since that was decided, or the step has made its change.</summary>
    public Task<bool> TryAddAsync(Rollout change, Guid? stepId, CancellationToken cancellationToken)
    {
        var rollout = JsonSerializer.Serialize(change, MessageJson.Options);
        return database.WriteAsync(
            async transaction => await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                _add,
                new { change.Model, change.Number, rollout, stepId, change.ChangedAt },
                transaction,
                cancellationToken: cancellationToken)) > 0,
            cancellationToken);
    }

    /// <summary>What a step of a run changed; null = nothing yet.</summary>
    public async Task<Rollout?> FindByStepAsync(Guid stepId, CancellationToken cancellationToken) =>
        await ReadAsync(_findByStep, new { stepId }, cancellationToken) is [var change] ? change : null;

    /// <summary>The last change; null = there was never one.</summary>
    public async Task<Rollout?> FindAsync(string model, CancellationToken cancellationToken) =>
        await ReadAsync(_history, new { model, limit = 1 }, cancellationToken) is [var change] ? change : null;

    /// <summary>The last changes of a model, the newest first.</summary>
    public Task<IReadOnlyList<Rollout>> HistoryAsync(string model, CancellationToken cancellationToken) =>
        ReadAsync(_history, new { model, limit = LongestHistory }, cancellationToken);

    /// <summary>The last change of every model, stopped ones included.</summary>
    public Task<IReadOnlyList<Rollout>> ListAsync(CancellationToken cancellationToken) =>
        ReadAsync(_list, new { }, cancellationToken);

    private async Task<IReadOnlyList<Rollout>> ReadAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<string>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)),
            cancellationToken);
        return [.. rows.Select(row => JsonSerializer.Deserialize<Rollout>(row, MessageJson.Options)!)];
    }
}
