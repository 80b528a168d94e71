using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Training.Models;

/// <summary>Finds the version that a request names: by number, by alias, by alias at a time, or the newest.</summary>
internal sealed class VersionFinder(ModelStore models, AliasStore aliases)
{
    /// <exception cref="MeshException">There is no such version; says which there are.</exception>
    public async Task<ModelVersion> RequireAsync(ModelName wanted, CancellationToken cancellationToken)
    {
        var version = wanted.Alias is { } alias ? await ResolveAsync(wanted, alias, cancellationToken) : wanted.Version;
        if (wanted is { Alias: null, AsOf: not null })
        {
            throw MeshException.InvalidArgument("as_of says when an alias is meant: name the alias too.");
        }

        return await models.FindAsync(wanted.Name, version, cancellationToken)
            ?? throw await NotFoundAsync(wanted, version, cancellationToken);
    }

    private async Task<int> ResolveAsync(ModelName wanted, string alias, CancellationToken cancellationToken)
    {
        if (wanted.Version is not null)
        {
            throw MeshException.InvalidArgument($"Expected a version or an alias, found both: {wanted.Version} and '{alias}'.");
        }

        if (await aliases.FindAsync(wanted.Name, alias, wanted.AsOf, cancellationToken) is { } found)
        {
            return found.Version;
        }

        if (await aliases.HistoryAsync(wanted.Name, alias, cancellationToken) is [.., var first])
        {
            throw MeshException.NotFound($"Model '{wanted.Name}' has the alias '{alias}' since {first.MovedAt:O}, not at {wanted.AsOf:O}.");
        }

        var known = await aliases.ListAsync(wanted.Name, cancellationToken);
        throw MeshException.NotFound(
            $"Model '{wanted.Name}' has no alias '{alias}'{(known.Count == 0 ? "" : $"; it has {string.Join(", ", known.Select(a => a.Alias))}")}.");
    }

    private async Task<MeshException> NotFoundAsync(ModelName wanted, int? version, CancellationToken cancellationToken)
    {
        if (version is not null && await models.FindAsync(wanted.Name, null, cancellationToken) is { } newest)
        {
            return MeshException.NotFound(
                wanted.AsOf is null
                    ? $"Model '{wanted.Name}' has no version {version}; its newest is {newest.Version}."
                    : $"Version {version} of model '{wanted.Name}', to which '{wanted.Alias}' pointed, has been deleted since.");
        }

        var known = await models.ListAsync(cancellationToken);
        return MeshException.NotFound(known.Count == 0
            ? $"Model '{wanted.Name}' is not known, as no model has been trained yet; send a task of type 'training'."
            : $"Model '{wanted.Name}' is not known; known: {string.Join(", ", known.Select(model => model.Name))}.");
    }
}
