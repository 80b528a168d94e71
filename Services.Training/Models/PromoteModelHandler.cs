using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Points an alias at a version. A second delivery finds, by the id of its step, that it is done.</summary>
internal sealed class PromoteModelHandler(AliasMover mover) : IMessageHandler<PromoteModel, ModelAlias>
{
    public Task<ModelAlias> HandleAsync(PromoteModel message, MessageContext context, CancellationToken cancellationToken) =>
        mover.PromoteAsync(message.Data, context.StepId, cancellationToken);
}
