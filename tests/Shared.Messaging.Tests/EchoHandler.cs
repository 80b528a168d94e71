using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Tests;

internal sealed class EchoHandler : IMessageHandler<RawJson, RawJson>
{
    public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
        Task.FromResult(message);
}
