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

    // Changes nothing but locks the model, as registrations and moves of its aliases do.
    private readonly string _touch = database.Sql("UPDATE training.models SET newest = newest WHERE name = @Name");

    // The column is named for the time when a run had one step.
    private readonly string _findByStep = database.Sql(
        "SELECT manifest FROM training.model_versions WHERE run_id = @stepId");

    private readonly string _insert = database.Sql(
        """
        INSERT INTO training.model_versions (name, version, run_id, manifest, evidence, created_at)
        VALUES (@Name, @Version, @stepId, @manifest, @evidence, @CreatedAt)
        """);

    private readonly string _advance = database.Sql("UPDATE training.models SET newest = @Version WHERE name = @Name");

    private readonly string _find = database.Sql(
        """
        SELECT manifest FROM training.model_versions
        WHERE name = @name AND (version = @version OR @version IS NULL) AND deleted_at IS NULL
        ORDER BY version DESC LIMIT 1
        """);

    private readonly string _findEvidence = database.Sql(
        "SELECT evidence FROM training.model_versions WHERE name = @Name AND version = @Version");

    private readonly string _findDeletion = database.Sql(
        """
        SELECT name AS Name, version AS Version, deleted_at AS DeletedAt
        FROM training.model_versions WHERE name = @Name AND version = @Version AND deleted_at IS NOT NULL
        """);

    // Nothing is deleted that somebody may be served: the newest version answers whoever names none.
    private readonly string _delete = database.Sql(
        """
        UPDATE training.model_versions SET deleted_at = @now, deleted_by = @Actor, deleted_reason = @Reason
        WHERE name = @Name AND version = @Version AND deleted_at IS NULL
          AND version < (SELECT MAX(v.version) FROM training.model_versions v WHERE v.name = @Name AND v.deleted_at IS NULL)
          AND NOT EXISTS (
            SELECT 1 FROM training.aliases a
            WHERE a.model = @Name AND a.version = @Version
              AND a.number = (SELECT MAX(c.number) FROM training.aliases c WHERE c.model = a.model AND c.alias = a.alias))
        """);

    // JSON arrays of numbers, read here rather than in the dialect of each database.
    private readonly string _holds = database.Sql("SELECT versions FROM training.version_holds WHERE model = @Name");

    private readonly string _versions = database.Sql(
        """
        SELECT manifest FROM training.model_versions
        WHERE name = @name AND (version < @before OR @before IS NULL) AND deleted_at IS NULL
        ORDER BY version DESC LIMIT 100
        """);

    private readonly string _list = database.Sql(
        """
        SELECT manifest FROM training.model_versions v
        WHERE version = (SELECT MAX(n.version) FROM training.model_versions n WHERE n.name = v.name AND n.deleted_at IS NULL)
        """);

    /// <summary>
    /// Registers the next version of a model with all that is known of it in one transaction, or returns what the same step registered
    /// before. The answer is without evidence.
    /// </summary>
    /// <param name="draft">The version, its number and its parent aside.</param>
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

    /// <summary>What a version was like when it was made; null = not known.</summary>
    public async Task<ModelEvidence?> FindEvidenceAsync(string name, int version, CancellationToken cancellationToken) =>
        await FirstAsync<string>(_findEvidence, new { Name = name, Version = version }, cancellationToken) is { } evidence
            ? JsonSerializer.Deserialize<ModelEvidence>(evidence, MessageJson.Options)
            : null;

    /// <summary>The newest version of every model, ordered by name.</summary>
    public async Task<IReadOnlyList<ModelVersion>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAllAsync(_list, new { }, cancellationToken)).OrderBy(model => model.Name, StringComparer.Ordinal)];

    /// <summary>At most 100 versions of a model, the newest first, those before one where one is named.</summary>
    public Task<IReadOnlyList<ModelVersion>> ListVersionsAsync(string name, int? before, CancellationToken cancellationToken) =>
        ReadAllAsync(_versions, new { name, before }, cancellationToken);

    /// <summary>Deletes a version; null where there is none, or it is the newest, or an alias points at it, or somebody holds it.</summary>
    public Task<DeletedModelVersion?> DeleteAsync(
        DeleteModelVersion.Deletion deletion, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var row = new { deletion.Name, deletion.Version, deletion.Actor, deletion.Reason, now };
                await connection.ExecuteAsync(_touch, row, transaction);
                var holds = await connection.QueryAsync<string>(_holds, row, transaction);
                if (!holds.Any(versions => JsonSerializer.Deserialize<List<int>>(versions)!.Contains(row.Version)))
                {
                    await connection.ExecuteAsync(_delete, row, transaction);
                }

                return await connection.QueryFirstOrDefaultAsync<DeletedModelVersion>(_findDeletion, row, transaction);
            },
            cancellationToken);

    private async Task<ModelVersion> RegisterAsync(DbTransaction transaction, ModelVersion draft, Guid? stepId)
    {
        var connection = transaction.Connection!;
        var newest = await connection.ExecuteScalarAsync<int>(_lock, new { draft.Name }, transaction);
        if (stepId is not null
            && await connection.QueryFirstOrDefaultAsync<string>(_findByStep, new { stepId }, transaction) is { } earlier)
        {
            return Read(earlier);
        }

        var model = draft with
        {
            Version = newest + 1,
            Lineage = draft.Lineage is { } lineage ? lineage with { Parent = newest > 0 ? newest : null } : null,
            Evidence = null,
        };
        var manifest = JsonSerializer.Serialize(model, MessageJson.Options);
        var evidence = draft.Evidence is null ? null : JsonSerializer.Serialize(draft.Evidence, MessageJson.Options);
        await connection.ExecuteAsync(
            _insert, new { model.Name, model.Version, stepId, manifest, evidence, model.CreatedAt }, transaction);
        await connection.ExecuteAsync(_advance, new { model.Name, model.Version }, transaction);
        return model;
    }

    private async Task<ModelVersion?> ReadOneAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        await FirstAsync<string>(sql, parameters, cancellationToken) is { } manifest ? Read(manifest) : null;

    private async Task<IReadOnlyList<ModelVersion>> ReadAllAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        var manifests = await database.ReadAsync(
            connection => connection.QueryAsync<string>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)),
            cancellationToken);
        return [.. manifests.Select(Read)];
    }

    private Task<T?> FirstAsync<T>(string sql, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QueryFirstOrDefaultAsync<T>(
            new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)),
        cancellationToken);

    private static ModelVersion Read(string manifest) =>
        JsonSerializer.Deserialize<ModelVersion>(manifest, MessageJson.Options)!;
}
