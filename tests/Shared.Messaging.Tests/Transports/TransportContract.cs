using System.Collections.Concurrent;
using System.Text;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Transports;

/// <summary>What every transport promises.</summary>
public abstract class TransportContract
{
    private readonly string _queue = $"test_{Guid.NewGuid():N}";

    private protected abstract Task<MessagingProcess> StartAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_arrives_with_its_body_and_properties()
    {
        await using var process = await StartAsync();
        var received = new TaskCompletionSource<Delivery>();
        await using var subscription = await process.Transport.ConsumeAsync(_queue, 1, received.SetResult);

        var sent = Text("hello") with
        {
            CorrelationId = "c-1",
            ReplyTo = "somebody",
            SentAt = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123),
            Expiration = TimeSpan.FromSeconds(40),
            Headers = new Dictionary<string, string> { ["x-skipper-run"] = "äöü" },
        };
        await process.Transport.SendAsync(_queue, sent, Token);

        var delivery = await received.Task.WaitAsync(Token);
        Assert.Equal("hello", Text(delivery.Message));
        Assert.Equal(_queue, delivery.Queue);
        Assert.False(delivery.Redelivered);
        Assert.Equal("c-1", delivery.Message.CorrelationId);
        Assert.Equal("somebody", delivery.Message.ReplyTo);
        Assert.Equal(sent.SentAt, delivery.Message.SentAt);
        Assert.Equal(sent.Deadline, delivery.Message.Deadline);
        Assert.Equal("äöü", delivery.Message.Header("x-skipper-run"));
    }

    [Fact]
    public async Task Messages_keep_their_order()
    {
        await using var process = await StartAsync();
        var received = new BlockingCollection<string>();
        await using var subscription = await process.Transport.ConsumeAsync(
            _queue, 100, delivery => received.Add(Text(delivery.Message)));

        for (var i = 0; i < 50; i++)
        {
            await process.Transport.SendAsync(_queue, Text($"{i}"), Token);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), Take(received, 50));
    }

    [Fact]
    public async Task No_more_than_the_prefetch_is_delivered_before_an_acknowledgement()
    {
        await using var process = await StartAsync();
        var received = new BlockingCollection<Delivery>();
        await using var subscription = await process.Transport.ConsumeAsync(_queue, 2, received.Add);
        for (var i = 0; i < 3; i++)
        {
            await process.Transport.SendConfirmedAsync(_queue, Text($"{i}"), Token);
        }

        var first = received.Take(Token);
        received.Take(Token);
        Assert.Empty(received);
        await first.AckAsync();
        Assert.Equal("2", Text(received.Take(Token).Message));
    }

    [Fact]
    public async Task A_given_back_message_comes_again_marked_as_redelivered()
    {
        await using var process = await StartAsync();
        var received = new BlockingCollection<Delivery>();
        await using var subscription = await process.Transport.ConsumeAsync(_queue, 1, received.Add);
        await process.Transport.SendAsync(_queue, Text("again"), Token);

        await received.Take(Token).RequeueAsync();

        var second = received.Take(Token);
        Assert.Equal("again", Text(second.Message));
        Assert.True(second.Redelivered);
    }

    [Fact]
    public async Task What_a_disposed_subscription_did_not_acknowledge_goes_to_the_next()
    {
        await using var process = await StartAsync();
        var first = new BlockingCollection<Delivery>();
        var subscription = await process.Transport.ConsumeAsync(_queue, 10, first.Add);
        await process.Transport.SendAsync(_queue, Text("done"), Token);
        await process.Transport.SendAsync(_queue, Text("left"), Token);
        await first.Take(Token).AckAsync();
        first.Take(Token);

        await subscription.DisposeAsync();

        var second = new BlockingCollection<Delivery>();
        await using var next = await process.Transport.ConsumeAsync(_queue, 10, second.Add);
        Assert.Equal("left", Text(second.Take(Token).Message));
    }

    [Fact]
    public async Task A_stopped_subscription_takes_nothing_more_but_can_still_acknowledge()
    {
        await using var process = await StartAsync();
        var received = new BlockingCollection<Delivery>();
        await using var subscription = await process.Transport.ConsumeAsync(_queue, 10, received.Add);
        await process.Transport.SendAsync(_queue, Text("in hand"), Token);
        var inHand = received.Take(Token);

        await subscription.StopAsync(Token);
        await process.Transport.SendConfirmedAsync(_queue, Text("later"), Token);
        await inHand.AckAsync();
        await subscription.DisposeAsync();

        var second = new BlockingCollection<Delivery>();
        await using var next = await process.Transport.ConsumeAsync(_queue, 10, second.Add);
        Assert.Equal("later", Text(second.Take(Token).Message));
        Assert.Empty(received);
    }

    [Fact]
    public async Task An_expired_message_is_not_delivered()
    {
        await using var process = await StartAsync();
        await using (await process.Transport.ConsumeAsync(_queue, 1, _ => { }))
        {
        }

        await process.Transport.SendConfirmedAsync(_queue, Text("stale") with { Expiration = TimeSpan.FromMilliseconds(1) }, Token);
        await process.Transport.SendConfirmedAsync(_queue, Text("fresh"), Token);
        var sent = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(
            () => TimeProvider.System.GetElapsedTime(sent) > TimeSpan.FromMilliseconds(5), "five milliseconds pass", Token);

        var received = new BlockingCollection<Delivery>();
        await using var subscription = await process.Transport.ConsumeAsync(_queue, 1, received.Add);
        Assert.Equal("fresh", Text(received.Take(Token).Message));
    }

    [Fact]
    public async Task A_call_to_a_missing_queue_is_returned()
    {
        await using var process = await StartAsync();
        var returned = new TaskCompletionSource<string>();
        process.Transport.Returned = returned.SetResult;

        await process.Transport.SendAsync("no_such_queue", Text("?") with { CorrelationId = "c-2" }, Token);

        Assert.Equal("c-2", await returned.Task.WaitAsync(Token));
    }

    [Fact]
    public async Task A_confirmed_message_to_a_missing_queue_is_refused()
    {
        await using var process = await StartAsync();
        var error = await Assert.ThrowsAsync<MeshException>(
            () => process.Transport.SendConfirmedAsync("no_such_queue", Text("?"), Token));
        Assert.Equal(ErrorCode.Unavailable, error.Code);
        Assert.Contains("no_such_queue", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_queue_keeps_what_is_sent_until_somebody_consumes_it()
    {
        await using var process = await StartAsync();
        await process.Transport.DeclareAsync(_queue, Token);
        await process.Transport.SendConfirmedAsync(_queue, Text("early"), Token);
        await process.Transport.DeclareAsync(_queue, Token);

        var received = new TaskCompletionSource<Delivery>();
        await using var subscription = await process.Transport.ConsumeAsync(_queue, 1, received.SetResult);

        Assert.Equal("early", Text((await received.Task.WaitAsync(Token)).Message));
    }

    [Fact]
    public async Task Consumers_are_counted_and_a_missing_queue_has_no_count()
    {
        await using var process = await StartAsync();
        Assert.Null(await process.Transport.InspectAsync(_queue, Token));
        var subscription = await process.Transport.ConsumeAsync(_queue, 1, _ => { });
        Assert.Equal(1, (await process.Transport.InspectAsync(_queue, Token))?.Consumers);
        await subscription.DisposeAsync();
        Assert.Equal(0, (await process.Transport.InspectAsync(_queue, Token))?.Consumers);
    }

    [Fact]
    public async Task A_reply_arrives_on_the_reply_queue()
    {
        await using var process = await StartAsync();
        var replied = new TaskCompletionSource<Message>();
        process.Transport.ReplyReceived = replied.SetResult;
        await using var subscription = await process.Transport.ConsumeAsync(
            _queue, 1, delivery => _ = delivery.ReplyAsync(Text("pong") with { CorrelationId = delivery.Message.CorrelationId }).AsTask());

        await process.Transport.SendAsync(
            _queue, Text("ping") with { CorrelationId = "c-3", ReplyTo = process.Transport.ReplyQueue }, Token);

        var reply = await replied.Task.WaitAsync(Token);
        Assert.Equal(("c-3", "pong"), (reply.CorrelationId, Text(reply)));
    }

    private static Message Text(string text) => new() { Body = Encoding.UTF8.GetBytes(text) };

    private static string Text(Message message) => Encoding.UTF8.GetString(message.Body.Span);

    private static List<string> Take(BlockingCollection<string> received, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => received.Take(Token))];
}
