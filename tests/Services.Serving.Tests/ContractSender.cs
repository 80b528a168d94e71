using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Tests;

/// <summary>A handler that reads and writes by itself, as its callers see it: contracts, or any text.</summary>
internal sealed class ContractSender<TMessage, TReply>(IMessageHandler<RawJson, RawJson> handler)
{
    public Task<TReply> HandleAsync(TMessage message, MessageContext context, CancellationToken cancellationToken) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Options), context, cancellationToken);

    public Task<TReply> HandleAsync(string message, MessageContext context, CancellationToken cancellationToken) =>
        SendAsync(Encoding.UTF8.GetBytes(message), context, cancellationToken);

    private async Task<TReply> SendAsync(byte[] message, MessageContext context, CancellationToken cancellationToken)
    {
        var reply = await handler.HandleAsync(new RawJson(message), context, cancellationToken);
        return reply is TReply raw ? raw : JsonSerializer.Deserialize<TReply>(reply.Utf8.Span, MessageJson.Options)!;
    }
}
