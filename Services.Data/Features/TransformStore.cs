using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Features;

/// <summary>Remembers which transforms were fitted to a dataset version.</summary>
internal sealed class TransformStore([FromKeyedServices(DataService.Schema)] Database database, TimeProvider time)
{
    private readonly string _add = database.Sql("""
        INSERT INTO data.transforms (name, version, id, fit, created_at) VALUES (@name, @version, @id, @fit, @now)
        ON CONFLICT (name, version, id) DO NOTHING
        """);

    private readonly string _list = database.Sql(
        "SELECT fit FROM data.transforms WHERE name = @name AND version = @version ORDER BY created_at DESC, id");

    /// <summary>Adds a fit; one that is there already stays as it is.</summary>
    public Task AddAsync(TransformFit fit, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(fit, MessageJson.Options);
        var row = new
        {
            name = fit.Dataset.Name,
            version = fit.Dataset.Version,
            id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))),
            fit = json,
            now = time.GetUtcNow(),
        };
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                new CommandDefinition(_add, row, transaction, cancellationToken: cancellationToken)),
            cancellationToken);
    }

    /// <summary>Newest first.</summary>
    public Task<List<TransformFit>> ListAsync(DatasetVersion dataset, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection => (await connection.QueryAsync<string>(new CommandDefinition(
                _list, new { name = dataset.Name, version = dataset.Version }, cancellationToken: cancellationToken)))
                .Select(fit => JsonSerializer.Deserialize<TransformFit>(fit, MessageJson.Options)!).ToList(),
            cancellationToken);
}
