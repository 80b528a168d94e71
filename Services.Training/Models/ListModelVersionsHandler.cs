using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Answers the versions of a model; changes nothing, so a second delivery does no harm.</summary>
internal sealed class ListModelVersionsHandler(ModelStore models, AliasStore aliases, VersionFinder versions)
    : IMessageHandler<ListModelVersions, ModelVersionList>
{
    public async Task<ModelVersionList> HandleAsync(
        ListModelVersions message, MessageContext context, CancellationToken cancellationToken)
    {
        var name = message.Data.Name;
        await versions.RequireAsync(new ModelName { Name = name }, cancellationToken);
        return new ModelVersionList
        {
            Versions = await models.ListVersionsAsync(name, message.Data.Version, cancellationToken),
            Aliases = await aliases.ListAsync(name, cancellationToken),
        };
    }
}
