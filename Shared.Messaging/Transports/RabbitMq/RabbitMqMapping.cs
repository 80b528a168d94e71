using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>Between <see cref="Message"/> and AMQP 0-9-1 properties.</summary>
internal static class RabbitMqMapping
{
    public static BasicProperties ToProperties(Message message)
    {
        // Never shared between publishes: the client writes into it when tracing or confirms are on.
        var properties = new BasicProperties
        {
            CorrelationId = message.CorrelationId,
            ReplyTo = message.ReplyTo,
            DeliveryMode = message.Persistent ? DeliveryModes.Persistent : DeliveryModes.Transient,
        };

        if (message.Expiration is { } expiration)
        {
            properties.Expiration = WholeMilliseconds(expiration).ToString(CultureInfo.InvariantCulture);
        }

        if (message.SentAt is null && message.Headers is null)
        {
            return properties;
        }

        var headers = new Dictionary<string, object?>(2 + (message.Headers?.Count ?? 0));
        if (message is { SentAt: { } sentAt, Expiration: { } timeout })
        {
            headers[MessageHeaders.TimeoutMilliseconds] = WholeMilliseconds(timeout);
            headers[MessageHeaders.IssuedAt] = sentAt.ToUnixTimeMilliseconds();
        }

        if (message.Headers is { } named)
        {
            foreach (var (name, value) in named)
            {
                headers[name] = value;
            }
        }

        properties.Headers = headers;
        return properties;
    }

    public static Message ToMessage(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var headers = properties.Headers is { Count: > 0 } received ? Text(received) : null;
        var (sentAt, timeout) = Timing(properties);
        return new Message
        {
            // The client reuses its buffer as soon as the callback returns.
            Body = body.ToArray(),
            CorrelationId = properties.CorrelationId,
            ReplyTo = properties.ReplyTo,
            SentAt = sentAt,
            Expiration = timeout,
            Persistent = properties.DeliveryMode == DeliveryModes.Persistent,
            Headers = headers,
        };
    }

    private static long WholeMilliseconds(TimeSpan duration) => Math.Max(1, (long)duration.TotalMilliseconds);

    private static (DateTimeOffset? SentAt, TimeSpan? Timeout) Timing(IReadOnlyBasicProperties properties)
    {
        if (properties.Headers is { } headers
            && headers.TryGetValue(MessageHeaders.IssuedAt, out var issuedAt)
            && headers.TryGetValue(MessageHeaders.TimeoutMilliseconds, out var timeout)
            && AsLong(issuedAt) is { } sent
            && AsLong(timeout) is { } milliseconds)
        {
            return (DateTimeOffset.FromUnixTimeMilliseconds(sent), TimeSpan.FromMilliseconds(milliseconds));
        }

        return (null, long.TryParse(properties.Expiration, CultureInfo.InvariantCulture, out var expiration)
            ? TimeSpan.FromMilliseconds(expiration)
            : null);
    }

    private static Dictionary<string, string>? Text(IDictionary<string, object?> headers)
    {
        Dictionary<string, string>? text = null;
        foreach (var (name, value) in headers)
        {
            if (value is byte[] bytes)
            {
                (text ??= []).Add(name, Encoding.UTF8.GetString(bytes));
            }
            else if (name == MessageHeaders.Version && AsLong(value) is { } version)
            {
                // The one header that other languages write as the number that it is.
                (text ??= []).Add(name, version.ToString(CultureInfo.InvariantCulture));
            }
        }

        return text;
    }

    private static long? AsLong(object? value) => value switch
    {
        long number => number,
        int number => number,
        byte[] text when long.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
