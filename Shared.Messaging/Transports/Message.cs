namespace Skipper.Shared.Messaging.Transports;

/// <summary>A message on its way: a body and the few properties that the wire contract knows.</summary>
public sealed record Message
{
    // Each message on its way is four of these objects: ticks take a third of what nullable times do.
    private const long Absent = long.MinValue;
    private readonly long _expirationTicks = Absent;
    private readonly long _sentAtTicks = Absent;

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
    public TimeSpan? Expiration
    {
        get => _expirationTicks == Absent ? null : new TimeSpan(_expirationTicks);
        init => _expirationTicks = value?.Ticks ?? Absent;
    }

    /// <summary>
    /// When it was sent, UTC; with <see cref="Expiration"/> this gives the receiver the caller's deadline.
    /// </summary>
    public DateTimeOffset? SentAt
    {
        get => _sentAtTicks == Absent ? null : new DateTimeOffset(_sentAtTicks, TimeSpan.Zero);
        init => _sentAtTicks = value?.UtcTicks ?? Absent;
    }

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
