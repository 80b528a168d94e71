using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Training.Models;

/// <summary>Aliases of model versions, with all their moves.</summary>
internal sealed class AliasStore([FromKeyedServices(TrainingService.Schema)] Database database, TimeProvider time)
{
    private const string Columns = """
        SELECT a.model AS Name, a.alias AS Alias, a.version AS Version, b.version AS PreviousVersion, a.moved_at AS MovedAt
        FROM training.aliases a
        LEFT JOIN training.aliases b ON b.model = a.model AND b.alias = a.alias AND b.number = a.number - 1
        """;

    // Changes nothing but locks the model until the transaction ends: moves of its aliases stand in line.
    private readonly string _lock = database.Sql("UPDATE training.models SET newest = newest WHERE name = @Name");

    private readonly string _findByStep = database.Sql($"{Columns} WHERE a.step_id = @stepId");

    private readonly string _find = database.Sql($"{Columns} WHERE a.model = @Name AND a.alias = @Alias ORDER BY a.number DESC");

    private readonly string _insert = database.Sql(
        """
        INSERT INTO training.aliases (model, alias, number, version, step_id, moved_at)
        SELECT @Name, @Alias, COALESCE(MAX(number), 0) + 1, @Version, @stepId, @now
        FROM training.aliases WHERE model = @Name AND alias = @Alias
        """);

    /// <summary>
    /// Points an alias at a version that exists; where it points there already, nothing changes. A step that has moved it before gets
    /// what it did then, even if others have moved it since.
    /// </summary>
    public Task<ModelAlias> MoveAsync(
        string model, string alias, int version, Guid? stepId, CancellationToken cancellationToken) => database.WriteAsync(
            async transaction =>
            {
                var row = new { Name = model, Alias = alias, Version = version, stepId, now = time.GetUtcNow() };
                await transaction.Connection!.ExecuteAsync(_lock, row, transaction);
                if (stepId is not null && await FirstAsync(_findByStep) is { } earlier)
                {
                    return earlier;
                }

                if (await FirstAsync(_find) is { } current && current.Version == version)
                {
                    return current;
                }

                await transaction.Connection!.ExecuteAsync(_insert, row, transaction);
                return (await FirstAsync(_find))!;

                Task<ModelAlias?> FirstAsync(string sql) =>
                    transaction.Connection!.QueryFirstOrDefaultAsync<ModelAlias>(sql, row, transaction);
            },
            cancellationToken);

    /// <summary>Where an alias points; null = there is none.</summary>
    public async Task<ModelAlias?> FindAsync(string model, string alias, CancellationToken cancellationToken) =>
        await HistoryAsync(model, alias, cancellationToken) is [var newest, ..] ? newest : null;

    /// <summary>All moves of an alias, the newest first.</summary>
    public async Task<IReadOnlyList<ModelAlias>> HistoryAsync(string model, string alias, CancellationToken cancellationToken) =>
        [.. await database.ReadAsync(
            connection => connection.QueryAsync<ModelAlias>(
                new CommandDefinition(_find, new { Name = model, Alias = alias }, cancellationToken: cancellationToken)),
            cancellationToken)];
}
