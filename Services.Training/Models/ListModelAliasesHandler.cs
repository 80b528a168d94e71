using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Answers aliases, or the moves of one; changes nothing, so a second delivery does no harm.</summary>
internal sealed class ListModelAliasesHandler(AliasStore aliases, VersionFinder versions)
    : IMessageHandler<ListModelAliases, ModelAliasList>
{
    public async Task<ModelAliasList> HandleAsync(
        ListModelAliases message, MessageContext context, CancellationToken cancellationToken)
    {
        var wanted = message.Data;
        await versions.RequireAsync(new ModelName { Name = wanted.Name }, cancellationToken);
        var found = wanted.Alias is { } alias
            ? await aliases.HistoryAsync(wanted.Name, alias, cancellationToken)
            : await aliases.ListAsync(wanted.Name, cancellationToken);
        return found.Count > 0 || wanted.Alias is null
            ? new ModelAliasList { Aliases = found }
            : throw MeshException.NotFound($"Model '{wanted.Name}' has no alias '{wanted.Alias}'.");
    }
}
