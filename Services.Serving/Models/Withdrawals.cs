using System.Collections.Immutable;
using Dapper;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Serving.Models;

/// <summary>What was unloaded by request and stays so until it is loaded by request, on all workers and after restarts.</summary>
internal sealed class Withdrawals([FromKeyedServices(ServingService.Schema)] Database database)
{
    private const int AllVersions = 0;

    private readonly string _add = database.Sql(
        """
        INSERT INTO serving.withdrawals (name, version) VALUES (@name, @version)
        ON CONFLICT (name, version) DO NOTHING
        """);

    private readonly string _lift = database.Sql(
        "DELETE FROM serving.withdrawals WHERE name = @name AND version IN (@AllVersions, @version)");

    private readonly string _list = database.Sql("SELECT name AS Name, version AS Version FROM serving.withdrawals");

    private volatile ImmutableHashSet<(string Name, int Version)> _known = [];

    public bool Contain(string name, int version) => _known.Contains((name, version)) || _known.Contains((name, AllVersions));

    /// <exception cref="MeshException">It was unloaded by request.</exception>
    public void Require(string name, int version)
    {
        if (Contain(name, version))
        {
            throw MeshException.FailedPrecondition(
                $"Model '{name}@{version}' was unloaded by request; load it with a task of type 'load_model'.");
        }
    }

    /// <param name="name">Model name.</param>
    /// <param name="version">Version number; null = all versions.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task AddAsync(string name, int? version, CancellationToken cancellationToken) =>
        WriteAsync(_add, new { name, version = version ?? AllVersions }, cancellationToken);

    /// <summary>Lifts what keeps a version from being loaded.</summary>
    public Task LiftAsync(string name, int version, CancellationToken cancellationToken) =>
        WriteAsync(_lift, new { name, version, AllVersions }, cancellationToken);

    /// <summary>Learns what other workers have written.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<(string Name, int Version)>(
                new CommandDefinition(_list, cancellationToken: cancellationToken)),
            cancellationToken);
        _known = [.. rows];
    }

    private async Task WriteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken)),
            cancellationToken);
        await RefreshAsync(cancellationToken);
    }
}
