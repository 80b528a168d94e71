using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Serving.Models;

/// <summary>Remembers what was served, so that serving can start while the training service is away.</summary>
internal sealed class ManifestStore([FromKeyedServices(ServingService.Schema)] Database database)
{
    private readonly string _save = database.Sql(
        """
        INSERT INTO serving.models (name, version, manifest) VALUES (@Name, @Version, @manifest)
        ON CONFLICT (name) DO UPDATE SET version = excluded.version, manifest = excluded.manifest
        WHERE serving.models.version <= excluded.version
        """);

    private readonly string _list = database.Sql("SELECT manifest FROM serving.models ORDER BY name");

    /// <summary>Keeps a version, unless a newer one of the same model is kept.</summary>
    public Task SaveAsync(ModelVersion model, CancellationToken cancellationToken)
    {
        var manifest = JsonSerializer.Serialize(model, MessageJson.Options);
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(new CommandDefinition(
                _save, new { model.Name, model.Version, manifest }, transaction, cancellationToken: cancellationToken)),
            cancellationToken);
    }

    public async Task<IReadOnlyList<ModelVersion>> ListAsync(CancellationToken cancellationToken)
    {
        var manifests = await database.ReadAsync(
            connection => connection.QueryAsync<string>(new CommandDefinition(_list, cancellationToken: cancellationToken)),
            cancellationToken);
        return [.. manifests.Select(manifest => JsonSerializer.Deserialize<ModelVersion>(manifest, MessageJson.Options)!)];
    }
}
