using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>Which handler answers which task type on which queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="TaskType">The task type.</param>
/// <param name="Fallback">Whether it also answers task types that nobody else handles on this queue.</param>
/// <param name="Deduplicate">Whether a request that comes twice is answered again without handling it again.</param>
/// <param name="Handler">The handler's type, for messages to people.</param>
/// <param name="Invoke">Reads the message, handles it and writes the reply.</param>
internal sealed record HandlerRegistration(
    string Queue,
    string TaskType,
    bool Fallback,
    bool Deduplicate,
    Type Handler,
    Func<IServiceProvider, ReadOnlyMemory<byte>, MessageContext, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> Invoke)
{
    public static HandlerRegistration Create<TMessage, TReply, THandler>(string queue, string taskType, bool fallback, bool deduplicate)
        where THandler : class, IMessageHandler<TMessage, TReply> =>
        new(queue, taskType, fallback, deduplicate, typeof(THandler), async (services, body, context, cancellationToken) =>
        {
            var handler = services.GetRequiredService<THandler>();
            return Write(await handler.HandleAsync(Read<TMessage>(body), context, cancellationToken));
        });

    private static TMessage Read<TMessage>(ReadOnlyMemory<byte> body) => typeof(TMessage) == typeof(RawJson)
        ? (TMessage)(object)new RawJson(body)
        : MessageJson.Read<TMessage>(body.Span);

    private static ReadOnlyMemory<byte> Write<TReply>(TReply reply) => reply is RawJson raw
        ? raw.Utf8
        : JsonSerializer.SerializeToUtf8Bytes(reply, MessageJson.Options);
}
