using System.Globalization;
using RabbitMQ.Client;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// A message's properties as AMQP 0-9-1 writes them, straight from the message: the client's own class and its header dictionary
/// would cost more memory per call than the message itself.
/// </summary>
internal readonly struct WireProperties(Message message) : IReadOnlyBasicProperties, IAmqpHeader
{
    private const byte HeadersFlag = 1 << 5;
    private const byte DeliveryModeFlag = 1 << 4;
    private const byte CorrelationIdFlag = 1 << 2;
    private const byte ReplyToFlag = 1 << 1;
    private const byte ExpirationFlag = 1 << 0;

    private static readonly Dictionary<string, string> None = [];

    public ushort ProtocolClassId => 60;

    public DeliveryModes DeliveryMode => message.Persistent ? DeliveryModes.Persistent : DeliveryModes.Transient;

    public bool Persistent => message.Persistent;

    public string? CorrelationId => message.CorrelationId;

    public string? ReplyTo => message.ReplyTo;

    public PublicationAddress? ReplyToAddress => null;

    public string? Expiration => message.Expiration is { } expiration
        ? Milliseconds(expiration).ToString(CultureInfo.InvariantCulture)
        : null;

    /// <summary>Only read where the client adds headers of its own: on confirmed messages, and while somebody traces it.</summary>
    public IDictionary<string, object?>? Headers
    {
        get
        {
            if (!IsHeadersPresent())
            {
                return null;
            }

            var headers = new Dictionary<string, object?>();
            if (Timing is var (timeout, issuedAt))
            {
                headers[MessageHeaders.TimeoutMilliseconds] = timeout;
                headers[MessageHeaders.IssuedAt] = issuedAt;
            }

            foreach (var (name, value) in Named)
            {
                headers[name] = value;
            }

            return headers;
        }
    }

    public string? AppId => null;

    public string? ClusterId => null;

    public string? ContentEncoding => null;

    public string? ContentType => null;

    public string? MessageId => null;

    public byte Priority => 0;

    public AmqpTimestamp Timestamp => default;

    public string? Type => null;

    public string? UserId => null;

    private (long TimeoutMilliseconds, long IssuedAt)? Timing =>
        message is { SentAt: { } sentAt, Expiration: { } timeout }
            ? (Milliseconds(timeout), sentAt.ToUnixTimeMilliseconds())
            : null;

    // The concrete type is walked without an enumerator on the heap; it is what everybody makes.
    private Dictionary<string, string> Named =>
        message.Headers is null ? None : message.Headers as Dictionary<string, string> ?? message.Headers.ToDictionary();

    public bool IsDeliveryModePresent() => true;

    public bool IsCorrelationIdPresent() => message.CorrelationId is not null;

    public bool IsReplyToPresent() => message.ReplyTo is not null;

    public bool IsExpirationPresent() => message.Expiration is not null;

    public bool IsHeadersPresent() => message.Headers is { Count: > 0 } || Timing is not null;

    public bool IsAppIdPresent() => false;

    public bool IsClusterIdPresent() => false;

    public bool IsContentEncodingPresent() => false;

    public bool IsContentTypePresent() => false;

    public bool IsMessageIdPresent() => false;

    public bool IsPriorityPresent() => false;

    public bool IsTimestampPresent() => false;

    public bool IsTypePresent() => false;

    public bool IsUserIdPresent() => false;

    public int GetRequiredBufferSize() => 2
        + (IsHeadersPresent() ? sizeof(uint) + TableSize() : 0)
        + 1
        + (message.CorrelationId is { } correlationId ? WireWriter.SizeOf(correlationId) : 0)
        + (message.ReplyTo is { } replyTo ? WireWriter.SizeOf(replyTo) : 0)
        + (message.Expiration is { } expiration ? WireWriter.SizeOfDigits(Milliseconds(expiration)) : 0);

    public int WriteTo(Span<byte> span)
    {
        var writer = new WireWriter(span[2..]);
        var present = DeliveryModeFlag;
        if (IsHeadersPresent())
        {
            present |= HeadersFlag;
            WriteHeaders(ref writer);
        }

        writer.WriteByte((byte)DeliveryMode);
        if (message.CorrelationId is { } correlationId)
        {
            present |= CorrelationIdFlag;
            writer.WriteShortText(correlationId);
        }

        if (message.ReplyTo is { } replyTo)
        {
            present |= ReplyToFlag;
            writer.WriteShortText(replyTo);
        }

        if (message.Expiration is { } expiration)
        {
            present |= ExpirationFlag;
            writer.WriteDigits(Milliseconds(expiration));
        }

        (span[0], span[1]) = (present, 0);
        return 2 + writer.Written;
    }

    private void WriteHeaders(ref WireWriter writer)
    {
        writer.WriteLength(TableSize());
        if (Timing is var (timeout, issuedAt))
        {
            writer.WriteHeader(MessageHeaders.TimeoutMilliseconds, timeout);
            writer.WriteHeader(MessageHeaders.IssuedAt, issuedAt);
        }

        foreach (var (name, value) in Named)
        {
            writer.WriteHeader(name, value);
        }
    }

    private int TableSize()
    {
        var size = Timing is null
            ? 0
            : WireWriter.SizeOfNumber(MessageHeaders.TimeoutMilliseconds) + WireWriter.SizeOfNumber(MessageHeaders.IssuedAt);
        foreach (var (name, value) in Named)
        {
            size += WireWriter.SizeOfText(name, value);
        }

        return size;
    }

    private static long Milliseconds(TimeSpan duration) => Math.Max(1, (long)duration.TotalMilliseconds);
}
