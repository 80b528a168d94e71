using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Answers the newest version of every model and all aliases; changes nothing, so a second delivery does no harm.</summary>
internal sealed class ListModelsHandler(ModelStore models, AliasStore aliases, EngineCatalog engines)
    : IMessageHandler<ListModels, ModelList>
{
    public async Task<ModelList> HandleAsync(
        ListModels message, MessageContext context, CancellationToken cancellationToken) => new()
        {
            Models = await models.ListAsync(cancellationToken),
            Engines = engines.Available,
            Aliases = await aliases.ListAsync(null, cancellationToken),
        };
}
