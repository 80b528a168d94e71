using RabbitMQ.Client;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Messaging.Transports.RabbitMq;

namespace Skipper.Shared.Messaging.Tests.Transports;

public sealed class WirePropertiesTests
{
    public static TheoryData<Message> Messages => new(
        new Message { Body = default },
        new Message { Body = default, Persistent = true, CorrelationId = "c-1" },
        new Message { Body = default, CorrelationId = "ä€😀", ReplyTo = "skipper.reply.x", Headers = new Dictionary<string, string>() },
        new Message { Body = default, Expiration = TimeSpan.Zero },
        new Message { Body = default, Expiration = TimeSpan.FromMilliseconds(9) },
        new Message { Body = default, Expiration = TimeSpan.FromMilliseconds(10) },
        new Message { Body = default, Expiration = TimeSpan.FromDays(1000), SentAt = DateTimeOffset.UnixEpoch },
        new Message { Body = default, SentAt = DateTimeOffset.UnixEpoch },
        new Message
        {
            Body = default,
            CorrelationId = new string('x', 255),
            ReplyTo = "r",
            SentAt = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123),
            Expiration = TimeSpan.FromSeconds(30),
            Headers = new Dictionary<string, string> { ["x-skipper-status"] = "ok", ["empty"] = "", ["ü"] = new('é', 400) },
        },
        new Message { Body = default, Headers = new SortedDictionary<string, string> { ["x-skipper-run"] = "1" } });

    [Theory]
    [MemberData(nameof(Messages))]
    public void They_are_written_as_the_client_would_write_them(Message message)
    {
        var ours = new WireProperties(message);
        IAmqpHeader theirs = new BasicProperties(ours);

        Assert.Equal(Bytes(theirs), Bytes(ours));
    }

    [Fact]
    public void Text_that_does_not_fit_is_refused()
    {
        var properties = new WireProperties(new Message { Body = default, CorrelationId = new string('x', 256) });

        Assert.Throws<ArgumentOutOfRangeException>(() => Bytes(properties));
    }

    [Theory]
    [InlineData(long.MaxValue, 1L)]
    [InlineData(long.MinValue, 1L)]
    [InlineData(1_700_000_000_123L, long.MaxValue)]
    [InlineData(1_700_000_000_123L, -1L)]
    public void A_time_that_no_clock_shows_is_ignored(long issuedAt, long timeout)
    {
        var headers = new Dictionary<string, object?>
        {
            [MessageHeaders.IssuedAt] = issuedAt,
            [MessageHeaders.TimeoutMilliseconds] = timeout,
        };

        var message = RabbitMqMapping.ToMessage(new BasicProperties { Headers = headers }, default);

        Assert.Null(message.Deadline);
    }

    private static byte[] Bytes(IAmqpHeader header)
    {
        var buffer = new byte[header.GetRequiredBufferSize()];
        Assert.Equal(buffer.Length, header.WriteTo(buffer));
        return buffer;
    }
}
