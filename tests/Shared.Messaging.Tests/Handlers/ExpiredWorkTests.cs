using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Handlers;

public sealed class ExpiredWorkTests
{
    [Theory]
    [InlineData(0, "error")] // Late by less than clocks may differ.
    [InlineData(1, "ok")] // An hour late, which the broker would have dropped: it is the sender's clock that is behind.
    public async Task Work_that_came_too_late_is_answered_and_not_done(int receivedHoursLater, string status)
    {
        await using var process = await MessagingProcess.StartInProcessAsync(
            messaging => messaging.Handle<RawJson, RawJson, EchoHandler>("late", "echo"));
        var now = TimeProvider.System.GetUtcNow();
        var delivery = new Received(new Message
        {
            Body = """{"task_type":"echo"}"""u8.ToArray(),
            CorrelationId = "c-1",
            ReplyTo = process.Transport.ReplyQueue,
            SentAt = now.AddMilliseconds(-1100),
            Expiration = TimeSpan.FromSeconds(1),
        });

        await process.Services.GetRequiredService<DeliveryPipeline>()
            .ProcessAsync(delivery, now.AddHours(receivedHoursLater), TestContext.Current.CancellationToken);

        Assert.True(delivery.IsAcknowledged);
        Assert.Equal(status, delivery.Reply!.Header(MessageHeaders.Status));
        if (status == "error")
        {
            Assert.Equal(ErrorCode.DeadlineExceeded, ErrorReply.Read(status, delivery.Reply.Body)!.Code);
        }
    }

    private sealed class Received(Message message) : Delivery
    {
        public Message? Reply { get; private set; }

        public bool IsAcknowledged { get; private set; }

        public override string Queue => "late";

        public override Message Message => message;

        public override bool Redelivered => false;

        public override ValueTask ReplyAsync(Message reply)
        {
            Reply = reply;
            return default;
        }

        public override ValueTask AckAsync()
        {
            IsAcknowledged = true;
            return default;
        }

        public override ValueTask ReplaceAsync(string queue, Message copy) => throw new InvalidOperationException("Nothing is replaced.");

        public override ValueTask RequeueAsync() => throw new InvalidOperationException("Nothing is given back.");
    }
}
