using System.Text.Json;
using Dapper;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Serving.Drift;

/// <summary>
/// Counts of all workers by version and hour. A worker writes only rows of its own, each time all that it has counted in that hour, so
/// that writing twice changes nothing.
/// </summary>
internal sealed class DriftStore([FromKeyedServices(ServingService.Schema)] Database database)
{
    private readonly string _save = database.Sql(
        """
        INSERT INTO serving.drift_counts (model, version, hour, worker, counts) VALUES (@Name, @Version, @hour, @worker, @json)
        ON CONFLICT (model, version, hour, worker) DO UPDATE SET counts = excluded.counts
        """);

    private readonly string _read = database.Sql(
        "SELECT counts FROM serving.drift_counts WHERE model = @Name AND version = @Version AND hour >= @from");

    private readonly string _delete = database.Sql("DELETE FROM serving.drift_counts WHERE hour < @before");

    /// <param name="version">Name and version.</param>
    /// <param name="hour">Hours since 1970-01-01 UTC.</param>
    /// <param name="worker">Who has counted.</param>
    /// <param name="counts">All that it has counted in that hour.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task SaveAsync(ModelReference version, long hour, Guid worker, DriftCounts counts, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(counts, MessageJson.Options);
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(new CommandDefinition(
                _save, new { version.Name, version.Version, hour, worker, json }, transaction, cancellationToken: cancellationToken)),
            cancellationToken);
    }

    /// <summary>What each worker has counted in each hour, from one on.</summary>
    public async Task<IReadOnlyList<DriftCounts>> ReadAsync(ModelReference version, long from, CancellationToken cancellationToken)
    {
        var texts = await database.ReadAsync(
            connection => connection.QueryAsync<string>(new CommandDefinition(
                _read, new { version.Name, version.Version, from }, cancellationToken: cancellationToken)),
            cancellationToken);
        return [.. texts.Select(text => JsonSerializer.Deserialize<DriftCounts>(text, MessageJson.Options)!)];
    }

    public Task DeleteAsync(long before, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(
            new CommandDefinition(_delete, new { before }, transaction, cancellationToken: cancellationToken)),
        cancellationToken);
}
