namespace Skipper.Shared.Messaging.Transports;

/// <summary>A message on its way: a body and the few properties that the wire contract knows.</summary>
public sealed record Message
{
    /// <summary>Raw JSON, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Ties a reply to its request.</summary>
    public string? CorrelationId { get; init; }

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

    /// <summary>The value of a header, or null.</summary>
    public string? Header(string name) => Headers is not null && Headers.TryGetValue(name, out var value) ? value : null;
}
