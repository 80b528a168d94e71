using System.Globalization;
using RabbitMQ.Client;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>From AMQP 0-9-1 properties to <see cref="Message"/>; <see cref="WireProperties"/> is the way back.</summary>
internal static class RabbitMqMapping
{
    // The end of the year 9999 in Unix milliseconds: beyond it no date can be formed, whoever sent it.
    private const long LatestTime = 253_402_300_799_999;

    public static Message ToMessage(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var (sentAt, timeout) = Timing(properties);
        return new Message
        {
            // The client reuses its buffer as soon as the callback returns.
            Body = body.ToArray(),
            CorrelationId = properties.CorrelationId,
            MessageId = properties.MessageId,
            ReplyTo = properties.ReplyTo,
            SentAt = sentAt,
            Expiration = timeout,
            Persistent = properties.DeliveryMode == DeliveryModes.Persistent,
            Headers = ReceivedHeaders.Of(properties.Headers),
        };
    }

    /// <summary>A header that is a number, as number or as text.</summary>
    public static long? NumberOf(object? value) => value switch
    {
        long number => number,
        int number => number,
        byte[] text when long.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static (DateTimeOffset? SentAt, TimeSpan? Timeout) Timing(IReadOnlyBasicProperties properties)
    {
        if (properties.Headers is { } headers
            && headers.TryGetValue(MessageHeaders.IssuedAt, out var issuedAt)
            && headers.TryGetValue(MessageHeaders.TimeoutMilliseconds, out var timeout)
            && NumberOf(issuedAt) is >= 0 and <= LatestTime and { } sent
            && NumberOf(timeout) is >= 0 and <= LatestTime and { } milliseconds)
        {
            return (DateTimeOffset.FromUnixTimeMilliseconds(sent), TimeSpan.FromMilliseconds(milliseconds));
        }

        return (null, long.TryParse(properties.Expiration, CultureInfo.InvariantCulture, out var expiration)
            ? TimeSpan.FromMilliseconds(expiration)
            : null);
    }
}
