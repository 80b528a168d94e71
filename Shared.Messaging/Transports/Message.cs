namespace Skipper.Shared.Messaging.Transports;

/// <summary>A message on its way: a body and the few properties that the wire contract knows.</summary>
public sealed record Message
{
    /// <summary>Raw JSON, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Ties a reply to its request.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>
    /// What a foreign sender named the message (AMQP <c>message_id</c>); our own name it, where need be, by
    /// <see cref="MessageHeaders.IdempotencyKey"/>.
    /// </summary>
    public string? MessageId { get; init; }

    /// <summary>The queue that wants the reply; absent = nobody waits for one.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>How long the message is worth delivering; absent = forever.</summary>
    public TimeSpan? Expiration { get; init; }

    /// <summary>
    /// When it was sent, UTC; with <see cref="Expiration"/> this gives the receiver the caller's deadline.
    /// </summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Whether it survives a broker restart in a durable queue.</summary>
    public bool Persistent { get; init; }

    /// <summary>
    /// <c>x-skipper-*</c> headers and <c>traceparent</c>, see <see cref="MessageHeaders"/>; absent = none.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>When the sender stops waiting; absent = never.</summary>
    public DateTimeOffset? Deadline => SentAt + Expiration;

    /// <summary>The same message with some headers set, or removed where the value is null.</summary>
    internal Message WithHeaders(params ReadOnlySpan<(string Name, string? Value)> changes)
    {
        var headers = Headers is null ? [] : new Dictionary<string, string>(Headers);
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                headers.Remove(name);
            }
            else
            {
                headers[name] = value;
            }
        }

        return this with { Headers = headers };
    }

    /// <summary>The value of a header, or null.</summary>
    public string? Header(string name) => Headers is not null && Headers.TryGetValue(name, out var value) ? value : null;
}
