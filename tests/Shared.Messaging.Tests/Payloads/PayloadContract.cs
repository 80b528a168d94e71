using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Payloads;

/// <summary>How large bodies travel, over every transport.</summary>
public abstract class PayloadContract
{
    private protected string Queue { get; } = $"test_{Guid.NewGuid():N}";

    private protected MemoryPayloadStore Store { get; } = new();

    private protected abstract Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection> services);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Above the threshold of 256 KiB.</summary>
    private static byte[] LargeBody { get; } = Body("echo", 300_000);

    [Fact]
    public async Task A_large_reply_comes_through_theStore()
    {
        await using var process = await StartAsync(Make, Store);
        var reply = await process.Client.CallAsync(Queue, Body("make", 10), cancellationToken: Token);

        Assert.Equal(Maker.Answer.Length, reply.Length);
        Assert.True(reply.Span.SequenceEqual(Maker.Answer));
        Assert.Equal(Maker.Answer, Assert.Single(Store.Bodies).Value);
    }

    [Fact]
    public async Task A_large_request_to_a_known_worker_goes_through_theStore_and_the_handler_does_not_notice()
    {
        await using var process = await StartAsync(Echo, Store);
        await process.Client.CallAsync(Queue, Body("echo", 10), cancellationToken: Token);

        var reply = await process.Client.CallAsync(Queue, LargeBody, TimeSpan.FromMinutes(2), Token);

        Assert.True(reply.Span.SequenceEqual(LargeBody));
        var (digest, stored) = Assert.Single(Store.Bodies);
        Assert.Equal(LargeBody, stored);
        Assert.InRange(Store.Expires[digest] - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1), TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task Small_bodies_stay_in_the_message()
    {
        await using var process = await StartAsync(Echo, Store);
        await process.Client.CallAsync(Queue, Body("echo", 100_000), cancellationToken: Token);
        await process.Client.CallAsync(Queue, Body("echo", 200_000), cancellationToken: Token);
        Assert.Empty(Store.Bodies);
    }

    [Fact]
    public async Task Without_aStore_a_large_body_stays_in_the_message_and_nothing_is_announced()
    {
        await using var process = await StartAsync(Echo, store: null);
        Assert.True((await process.Client.CallAsync(Queue, LargeBody, cancellationToken: Token)).Span.SequenceEqual(LargeBody));

        await using var legacy = await LegacyAsync(process, $"{Queue}_legacy");
        await process.Client.CallAsync($"{Queue}_legacy", Body("any", 10), cancellationToken: Token);
        Assert.Null(legacy.Requests.Single().Header(MessageHeaders.Accept));
    }

    [Fact]
    public async Task A_worker_that_does_not_know_references_gets_the_body_in_the_message()
    {
        await using var process = await StartAsync(_ => { }, Store);
        await using var legacy = await LegacyAsync(process, Queue);
        await process.Client.CallAsync(Queue, Body("any", 10), cancellationToken: Token);

        await process.Client.CallAsync(Queue, LargeBody, cancellationToken: Token);

        Assert.True(legacy.Requests[1].Body.Span.SequenceEqual(LargeBody));
        Assert.Empty(Store.Bodies);
    }

    [Fact]
    public async Task A_worker_of_another_kind_that_gets_a_reference_is_asked_again_in_full()
    {
        await using var process = await StartAsync(Echo, Store);
        var queue = $"{Queue}_mixed";
        await using (await process.Transport.ConsumeAsync(queue, 1, delivery => _ = delivery.ReplyAsync(new()
        {
            Body = "{}"u8.ToArray(),
            CorrelationId = delivery.Message.CorrelationId,
            Headers = new Dictionary<string, string> { [MessageHeaders.Status] = "ok", [MessageHeaders.Accept] = "claim-check" },
        }).AsTask()))
        {
            await process.Client.CallAsync(queue, Body("any", 10), cancellationToken: Token);
        }

        await using var legacy = await LegacyAsync(process, queue);
        // What the first one did not acknowledge comes again; it is answered to nobody.
        await process.Client.CallAsync(queue, LargeBody, cancellationToken: Token);

        var references = legacy.Requests.Where(request => request.Header(MessageHeaders.ClaimCheck) is not null).ToList();
        Assert.Contains("kept beside the broker", Encoding.UTF8.GetString(Assert.Single(references).Body.Span), StringComparison.Ordinal);
        Assert.True(legacy.Requests[^1].Body.Span.SequenceEqual(LargeBody));
        Assert.Null(legacy.Requests[^1].Header(MessageHeaders.ClaimCheck));
    }

    [Fact]
    public async Task A_caller_that_does_not_announce_references_gets_the_reply_in_the_message()
    {
        await using var process = await StartAsync(Make, Store);
        var replied = new TaskCompletionSource<Message>();
        process.Transport.ReplyReceived = replied.SetResult;
        await process.Transport.SendAsync(
            Queue, new() { Body = Body("make", 10), CorrelationId = "legacy", ReplyTo = process.Transport.ReplyQueue }, Token);

        var reply = await replied.Task.WaitAsync(Token);
        Assert.True(reply.Body.Span.SequenceEqual(Maker.Answer));
        Assert.Equal("ok", reply.Header(MessageHeaders.Status));
        Assert.Null(reply.Header(MessageHeaders.Accept));
        Assert.Empty(Store.Bodies);
    }

    [Theory]
    [InlineData(null, "is not in the payload store")]
    [InlineData("shorter", "is damaged")]
    [InlineData("longer", "is damaged")]
    [InlineData("changed", "is damaged")]
    public async Task A_body_that_is_lost_or_damaged_is_an_error_that_says_so(string? damage, string reason)
    {
        await using var process = await StartAsync(Echo, Store);
        await process.Client.CallAsync(Queue, Body("echo", 10), cancellationToken: Token);
        Store.Stored = body => damage switch
        {
            null => null,
            "shorter" => body[..^1],
            "longer" => [.. body, 1],
            _ => [.. body[..^1], (byte)(body[^1] ^ 1)],
        };

        // On the way there.
        await ThrowsAsync(process, LargeBody, ErrorCode.Internal, reason);

        // On the way back.
        await using var maker = await process.Transport.ConsumeAsync($"{Queue}_made", 1, delivery => _ = delivery.ReplyAsync(
            new()
            {
                Body = "{}"u8.ToArray(),
                CorrelationId = delivery.Message.CorrelationId,
                Headers = new Dictionary<string, string>
                {
                    [MessageHeaders.Status] = "ok",
                    [MessageHeaders.ClaimCheck] = Store.Bodies.Single().Key,
                    [MessageHeaders.ClaimSize] = $"{LargeBody.Length}",
                },
            }).AsTask());
        var error = await Assert.ThrowsAsync<MeshException>(
            () => process.Client.CallAsync($"{Queue}_made", "{}"u8.ToArray(), cancellationToken: Token));
        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStore_that_does_not_answer_ends_the_call_at_its_deadline()
    {
        await using var process = await StartAsync(Make, Store);
        Store.Opening = new TaskCompletionSource().Task;
        var error = await Assert.ThrowsAsync<MeshException>(
            () => process.Client.CallAsync(Queue, Body("make", 10), TimeSpan.FromMilliseconds(500), Token));
        Assert.Equal(ErrorCode.DeadlineExceeded, error.Code);
    }

    [Fact]
    public async Task AStore_that_refuses_is_gone_around_while_the_body_fits_into_a_message()
    {
        Store.RefusesToStore = true;
        await using var process = await StartAsync(Echo, Store);
        await process.Client.CallAsync(Queue, Body("echo", 10), cancellationToken: Token);
        Assert.True((await process.Client.CallAsync(Queue, LargeBody, cancellationToken: Token)).Span.SequenceEqual(LargeBody));
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_refused_before_anything_is_sent()
    {
        await using var process = await StartAsync(_ => { }, store: null, options => options.InlineLimitBytes = 299_000);
        await using var legacy = await LegacyAsync(process, Queue);

        var error = await ThrowsAsync(process, LargeBody, ErrorCode.ResourceExhausted, $"has {LargeBody.Length} bytes, more than the limit of 299000");

        Assert.False(error.Retryable);
        Assert.Equal(299_000, error.Details!.Value.GetProperty("limit").GetInt32());
        Assert.Empty(legacy.Requests);
    }

    [Fact]
    public async Task A_request_beyond_what_theStore_may_take_is_refused()
    {
        await using var process = await StartAsync(
            Echo, Store, options => (options.InlineLimitBytes, options.LimitBytes) = (270_000, 290_000));
        await process.Client.CallAsync(Queue, Body("echo", 10), cancellationToken: Token);
        await ThrowsAsync(process, LargeBody, ErrorCode.ResourceExhausted, "more than the limit of 290000");
        Assert.Empty(Store.Bodies);
    }

    [Fact]
    public async Task A_reply_that_is_too_large_is_an_error_reply()
    {
        await using var process = await StartAsync(Make, store: null, options => options.InlineLimitBytes = 299_000);
        await ThrowsAsync(process, Body("make", 10), ErrorCode.ResourceExhausted, $"The answer of {Queue} has {Maker.Answer.Length} bytes");
    }

    [Theory]
    [InlineData("../../../../etc/passwd", "10")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "-1")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "99999999999")]
    public async Task A_reference_that_is_none_is_refused(string digest, string size)
    {
        await using var process = await StartAsync(Echo, Store);
        var replied = new TaskCompletionSource<Message>();
        process.Transport.ReplyReceived = replied.SetResult;
        await process.Transport.SendAsync(
            Queue,
            new()
            {
                Body = Body("echo", 1),
                CorrelationId = "c",
                ReplyTo = process.Transport.ReplyQueue,
                Headers = new Dictionary<string, string> { [MessageHeaders.ClaimCheck] = digest, [MessageHeaders.ClaimSize] = size },
            },
            Token);
        var error = ErrorReply.Read("error", (await replied.Task.WaitAsync(Token)).Body)!;
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
    }

    private protected Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, IPayloadStore? store, Action<PayloadOptions>? configure = null) => StartAsync(
            register,
            services =>
            {
                services.Configure(configure ?? (_ => { }));
                if (store is not null)
                {
                    services.AddSingleton(store);
                }
            });

    private async Task<MeshException> ThrowsAsync(MessagingProcess process, byte[] body, ErrorCode code, string reason)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => process.Client.CallAsync(Queue, body, cancellationToken: Token));
        Assert.Equal(code, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        return error;
    }

    private void Echo(MessagingBuilder messaging) => messaging.Handle<RawJson, RawJson, EchoHandler>(Queue, "echo");

    private protected void Make(MessagingBuilder messaging) => messaging.Handle<RawJson, RawJson, Maker>(Queue, "make");

    protected static byte[] Body(string taskType, int fill) =>
        Encoding.UTF8.GetBytes($$"""{"task_type":"{{taskType}}","fill":"{{new string('x', fill)}}"}""");

    private static async Task<Legacy> LegacyAsync(MessagingProcess process, string queue)
    {
        var legacy = new Legacy();
        legacy.Subscription = await process.Transport.ConsumeAsync(queue, 1, legacy.Receive);
        return legacy;
    }

    /// <summary>A worker that knows nothing but body, reply_to and correlation_id.</summary>
    private sealed class Legacy : IAsyncDisposable
    {
        public List<Message> Requests { get; } = [];

        public ISubscription? Subscription { get; set; }

        public void Receive(Delivery delivery)
        {
            Requests.Add(delivery.Message);
            _ = Task.Run(async () =>
            {
                await delivery.ReplyAsync(new() { Body = """{"legacy":true}"""u8.ToArray(), CorrelationId = delivery.Message.CorrelationId });
                await delivery.AckAsync();
            });
        }

        public ValueTask DisposeAsync() => Subscription!.DisposeAsync();
    }

    private protected sealed class Maker : IMessageHandler<RawJson, RawJson>
    {
        public static readonly byte[] Answer = Body("made", 400_000);

        public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(new RawJson(Answer));
    }
}
