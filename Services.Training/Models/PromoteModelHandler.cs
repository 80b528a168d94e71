using System.Text.RegularExpressions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Points an alias at a version. A second delivery finds, by the id of its step, that it is done.</summary>
internal sealed partial class PromoteModelHandler(ModelStore models, AliasStore aliases, ILogger<PromoteModelHandler> logger)
    : IMessageHandler<PromoteModel, ModelAlias>
{
    public async Task<ModelAlias> HandleAsync(PromoteModel message, MessageContext context, CancellationToken cancellationToken)
    {
        var (name, version, alias) = (message.Data.Name, message.Data.Version, message.Data.Alias);
        if (!Pattern().IsMatch(alias))
        {
            throw MeshException.InvalidArgument($"data.alias must match {Pattern()}, was '{alias}'.");
        }

        if (await models.FindAsync(name, version, cancellationToken) is null)
        {
            throw MeshException.NotFound($"There is no version {version} of model '{name}' to promote.");
        }

        var moved = await aliases.MoveAsync(name, alias, version, context.StepId, cancellationToken);
        LogPromoted(moved.Name, moved.Alias, moved.Version, moved.PreviousVersion, context.RunId);
        return moved;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,62}\z")]
    private static partial Regex Pattern();
}
