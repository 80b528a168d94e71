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

    private readonly string _dropVersions = database.Sql("DELETE FROM serving.rollout_versions WHERE model = @Model");

    private readonly string _addVersion = database.Sql(
        "INSERT INTO serving.rollout_versions (model, version, manifest) VALUES (@Model, @Version, @manifest)");

    private readonly string _versions = database.Sql("SELECT manifest FROM serving.rollout_versions WHERE model = @model");

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
    /// <param name="change">The change.</param>
    /// <param name="versions">The versions that it names; null = the same as before.</param>
    /// <param name="stepId">The step of a run that makes it; null = none.</param>
    /// <param name="cancellationToken">Stops; nothing is added then.</param>
    public Task<bool> TryAddAsync(
        Rollout change, IReadOnlyList<ModelVersion>? versions, Guid? stepId, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            var row = new { change.Model, change.Number, rollout = Write(change), stepId, change.ChangedAt };
            var isAdded = await connection.ExecuteAsync(_add, row, transaction) > 0;
            if (isAdded && versions is not null)
            {
                await connection.ExecuteAsync(_dropVersions, row, transaction);
                var manifests = versions.DistinctBy(version => version.Version)
                    .Select(version => new { change.Model, version.Version, manifest = Write(version) });
                await connection.ExecuteAsync(_addVersion, manifests, transaction);
            }

            return isAdded;
        },
        cancellationToken);

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

    /// <summary>The versions that the last rollout of a model names.</summary>
    public Task<IReadOnlyList<ModelVersion>> VersionsAsync(string model, CancellationToken cancellationToken) =>
        ReadAsync<ModelVersion>(_versions, new { model }, cancellationToken);

    private Task<IReadOnlyList<Rollout>> ReadAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        ReadAsync<Rollout>(sql, parameters, cancellationToken);

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, object parameters, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<string>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)),
            cancellationToken);
        return [.. rows.Select(row => JsonSerializer.Deserialize<T>(row, MessageJson.Options)!)];
    }

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, MessageJson.Options);
}
