using System.Text;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Tests.Rpc;

/// <summary>Does what a test says, on whatever queue.</summary>
internal sealed class ScriptedHandler(Func<MessageContext, CancellationToken, Task<string>> answer)
    : IMessageHandler<RawJson, RawJson>
{
    public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
        new(Encoding.UTF8.GetBytes(await answer(context, cancellationToken)));
}
