using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Training.Models;

/// <summary>Points an alias back. A second delivery of a step of a run finds, by its id, that it is done.</summary>
internal sealed class RollbackModelHandler(AliasMover mover) : IMessageHandler<RollbackModel, ModelAlias>
{
    public Task<ModelAlias> HandleAsync(RollbackModel message, MessageContext context, CancellationToken cancellationToken) =>
        mover.RollBackAsync(message.Data, context.StepId, cancellationToken);
}
