using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Schedules;

/// <summary>Tells which workflows there are, so that what names one that is not there is refused before it is needed.</summary>
internal sealed class KnownWorkflows([FromKeyedServices(GatewayService.Schema)] Database database)
{
    private readonly string _versions = database.Sql(
        "SELECT version AS Version FROM gateway.workflows WHERE name = @Name ORDER BY version DESC");

    /// <summary>The version that is meant: the one that is asked for, or the newest.</summary>
    /// <exception cref="MeshException">There is none (<c>not_found</c>).</exception>
    public async Task<int> RequireAsync(string name, int? version, CancellationToken cancellationToken)
    {
        var versions = await database.ReadAsync(
            connection => connection.QueryAsync<int>(_versions, new { Name = StoredText.Clean(name) }, cancellationToken),
            cancellationToken);
        return versions.Count == 0
            ? throw MeshException.NotFound($"There is no workflow '{name}'. Upload its definition first.")
            : version is not { } wanted ? versions[0]
            : versions.Contains(wanted) ? wanted
            : throw MeshException.NotFound($"Workflow '{name}' has no version {wanted}, the newest is {versions[0]}.");
    }
}
