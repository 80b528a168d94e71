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

    private readonly string _saveAlias = database.Sql(
        """
        INSERT INTO serving.aliases (name, alias, number, pointer, manifest) VALUES (@Name, @Alias, @Number, @pointer, @manifest)
        ON CONFLICT (name, alias) DO UPDATE SET number = excluded.number, pointer = excluded.pointer, manifest = excluded.manifest
        WHERE serving.aliases.number <= excluded.number
        """);

    private readonly string _listAliases = database.Sql(
        "SELECT pointer AS Pointer, manifest AS Manifest FROM serving.aliases ORDER BY name, alias");

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
        return [.. manifests.Select(Read<ModelVersion>)];
    }

    /// <summary>Keeps where an alias points, unless a later move is kept.</summary>
    public Task SaveAsync(ModelAlias alias, ModelVersion model, CancellationToken cancellationToken)
    {
        var pointer = JsonSerializer.Serialize(alias, MessageJson.Options);
        var manifest = JsonSerializer.Serialize(model, MessageJson.Options);
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(new CommandDefinition(
                _saveAlias,
                new { alias.Name, alias.Alias, alias.Number, pointer, manifest },
                transaction,
                cancellationToken: cancellationToken)),
            cancellationToken);
    }

    public async Task<IReadOnlyList<ModelAliasChanged>> ListAliasesAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<(string Pointer, string Manifest)>(
                new CommandDefinition(_listAliases, cancellationToken: cancellationToken)),
            cancellationToken);
        return
        [
            .. rows.Select(row => new ModelAliasChanged { Alias = Read<ModelAlias>(row.Pointer), Model = Read<ModelVersion>(row.Manifest) }),
        ];
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, MessageJson.Options)!;
}
