using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Answers one model version; changes nothing, so a second delivery does no harm.</summary>
internal sealed class FindModelHandler(ModelStore models, AliasStore aliases) : IMessageHandler<FindModel, ModelVersion>
{
    public async Task<ModelVersion> HandleAsync(
        FindModel message, MessageContext context, CancellationToken cancellationToken)
    {
        var name = message.Data.Name;
        var version = message.Data.Alias is { } alias
            ? await ResolveAsync(name, alias, message.Data.Version, cancellationToken)
            : message.Data.Version;
        return await models.FindAsync(name, version, cancellationToken)
            ?? throw await NotFoundAsync(name, version, cancellationToken);
    }

    private async Task<int> ResolveAsync(string name, string alias, int? version, CancellationToken cancellationToken)
    {
        if (version is not null)
        {
            throw MeshException.InvalidArgument($"Expected a version or an alias, found both: {version} and '{alias}'.");
        }

        return await aliases.FindAsync(name, alias, cancellationToken) is { } found
            ? found.Version
            : throw MeshException.NotFound($"Model '{name}' has no alias '{alias}'.");
    }

    private async Task<MeshException> NotFoundAsync(string name, int? version, CancellationToken cancellationToken)
    {
        if (version is not null && await models.FindAsync(name, null, cancellationToken) is { } newest)
        {
            return MeshException.NotFound($"Model '{name}' has no version {version}; its newest is {newest.Version}.");
        }

        var known = await models.ListAsync(cancellationToken);
        return MeshException.NotFound(known.Count == 0
            ? $"Model '{name}' is not known, as no model has been trained yet; send a task of type 'training'."
            : $"Model '{name}' is not known; known: {string.Join(", ", known.Select(model => model.Name))}.");
    }
}
