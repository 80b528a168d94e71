using System.Data.Common;
using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Training.Models;

/// <summary>The registry of model versions: numbered from 1 without gaps, never changed.</summary>
internal sealed class ModelStore([FromKeyedServices(TrainingService.Schema)] Database database)
{
    // Updates nothing where the model exists, but locks its row until the transaction ends: registrations of one model
    // stand in line, so that numbers have no gaps and a step sees what its other attempt registered.
    private readonly string _lock = database.Sql(
        """
        INSERT INTO training.models (name, newest) VALUES (@Name, 0)
        ON CONFLICT (name) DO UPDATE SET newest = training.models.newest
        RETURNING newest
        """);

    // The column is named for the time when a run had one step.
    private readonly string _findByStep = database.Sql(
        "SELECT manifest FROM training.model_versions WHERE run_id = @stepId");

    private readonly string _insert = database.Sql(
        """
        INSERT INTO training.model_versions (name, version, run_id, manifest, created_at)
        VALUES (@Name, @Version, @stepId, @manifest, @CreatedAt)
        """);

    private readonly string _advance = database.Sql("UPDATE training.models SET newest = @Version WHERE name = @Name");

    private readonly string _find = database.Sql(
        """
        SELECT manifest FROM training.model_versions
        WHERE name = @name AND (version = @version OR @version IS NULL)
        ORDER BY version DESC LIMIT 1
        """);

    private readonly string _list = database.Sql(
        """
        SELECT manifest FROM training.model_versions v
        JOIN training.models m ON m.name = v.name AND m.newest = v.version
        """);

    /// <summary>Registers the next version of a model, or returns what the same step registered before.</summary>
    /// <param name="draft">The version, its number aside.</param>
    /// <param name="stepId">The step of a run that trained it; null for a call that nobody repeats.</param>
    /// <param name="cancellationToken">Stops; nothing is registered then.</param>
    public Task<ModelVersion> RegisterAsync(ModelVersion draft, Guid? stepId, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => RegisterAsync(transaction, draft, stepId), cancellationToken);

    /// <summary>What a step of a run registered; null = nothing yet.</summary>
    public Task<ModelVersion?> FindByStepAsync(Guid stepId, CancellationToken cancellationToken) =>
        ReadOneAsync(_findByStep, new { stepId }, cancellationToken);

    /// <summary>One version, the newest where none is named; null = there is none.</summary>
    public Task<ModelVersion?> FindAsync(string name, int? version, CancellationToken cancellationToken) =>
        ReadOneAsync(_find, new { name, version }, cancellationToken);

    /// <summary>The newest version of every model, ordered by name.</summary>
    public async Task<IReadOnlyList<ModelVersion>> ListAsync(CancellationToken cancellationToken)
    {
        var manifests = await database.ReadAsync(
            connection => connection.QueryAsync<string>(new CommandDefinition(_list, cancellationToken: cancellationToken)),
            cancellationToken);
        return [.. manifests.Select(Read).OrderBy(model => model.Name, StringComparer.Ordinal)];
    }

    private async Task<ModelVersion> RegisterAsync(DbTransaction transaction, ModelVersion draft, Guid? stepId)
    {
        var connection = transaction.Connection!;
        var newest = await connection.ExecuteScalarAsync<int>(_lock, new { draft.Name }, transaction);
        if (stepId is not null
            && await connection.QueryFirstOrDefaultAsync<string>(_findByStep, new { stepId }, transaction) is { } earlier)
        {
            return Read(earlier);
        }

        var model = draft with { Version = newest + 1 };
        var manifest = JsonSerializer.Serialize(model, MessageJson.Options);
        await connection.ExecuteAsync(
            _insert, new { model.Name, model.Version, stepId, manifest, model.CreatedAt }, transaction);
        await connection.ExecuteAsync(_advance, new { model.Name, model.Version }, transaction);
        return model;
    }

    private async Task<ModelVersion?> ReadOneAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        var manifest = await database.ReadAsync(
            connection => connection.QueryFirstOrDefaultAsync<string>(
                new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)),
            cancellationToken);
        return manifest is null ? null : Read(manifest);
    }

    private static ModelVersion Read(string manifest) =>
        JsonSerializer.Deserialize<ModelVersion>(manifest, MessageJson.Options)!;
}
