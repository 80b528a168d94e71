using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Training.Models;

/// <summary>Which versions somebody outside needs.</summary>
internal sealed class HoldStore([FromKeyedServices(TrainingService.Schema)] Database database)
{
    // Changes nothing but locks the model until the transaction ends: holds and deletions stand in line.
    private readonly string _lock = database.Sql("UPDATE training.models SET newest = newest WHERE name = @Name");

    private readonly string _existing = database.Sql(
        "SELECT version FROM training.model_versions WHERE name = @Name AND deleted_at IS NULL");

    private readonly string _set = database.Sql(
        """
        INSERT INTO training.version_holds (model, holder, number, versions) VALUES (@Name, @Holder, @Number, @versions)
        ON CONFLICT (model, holder) DO UPDATE SET number = excluded.number, versions = excluded.versions
        WHERE training.version_holds.number <= excluded.number
        """);

    private readonly string _list = database.Sql(
        "SELECT holder AS Holder, number AS Number, versions AS Versions FROM training.version_holds WHERE model = @name ORDER BY holder");

    /// <summary>
    /// Replaces what a holder needs, unless it said something later, and answers what it needs then; null where one of the versions does
    /// not exist.
    /// </summary>
    public async Task<ModelHold?> TrySetAsync(ModelHold hold, CancellationToken cancellationToken)
    {
        var isSet = await database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var row = new { hold.Name, hold.Holder, hold.Number, versions = JsonSerializer.Serialize(hold.Versions, MessageJson.Options) };
                await connection.ExecuteAsync(_lock, row, transaction);
                if (hold.Versions.Except(await connection.QueryAsync<int>(_existing, row, transaction)).Any())
                {
                    return false;
                }

                await connection.ExecuteAsync(_set, row, transaction);
                return true;
            },
            cancellationToken);
        return isSet ? (await ListAsync(hold.Name, cancellationToken)).Single(found => found.Holder == hold.Holder) : null;
    }

    /// <summary>All who need versions of a model, by name.</summary>
    public async Task<IReadOnlyList<ModelHold>> ListAsync(string name, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<(string Holder, int Number, string Versions)>(
                new CommandDefinition(_list, new { name }, cancellationToken: cancellationToken)),
            cancellationToken);
        return
        [
            .. rows.Select(row => new ModelHold
            {
                Name = name,
                Holder = row.Holder,
                Number = row.Number,
                Versions = JsonSerializer.Deserialize<IReadOnlyList<int>>(row.Versions, MessageJson.Options)!,
            }),
        ];
    }
}
