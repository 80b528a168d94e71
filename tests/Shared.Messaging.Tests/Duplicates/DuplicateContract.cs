using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Duplicates;

/// <summary>What a handler that asks for it is spared, over every transport.</summary>
public abstract class DuplicateContract
{
    private const string Body = """{"task_type":"count"}""";

    private readonly string _queue = $"test_{Guid.NewGuid():N}";
    private readonly Counter _counter = new();

    private protected abstract Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection> services);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_that_comes_twice_is_handled_once_and_answered_twice_the_same()
    {
        await using var process = await StartAsync();
        Assert.Equal("""{"n":1}""", await SendAsync(process, "first", "key-1"));
        Assert.Equal("""{"n":1}""", await SendAsync(process, "second", "key-1"));
        Assert.Equal("""{"n":2}""", await SendAsync(process, "third", "key-2"));
    }

    [Fact]
    public async Task Requests_that_come_together_are_handled_once()
    {
        await using var process = await StartAsync();
        _counter.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var replies = Replies(process);
        for (var i = 0; i < 5; i++)
        {
            await process.Transport.SendAsync(_queue, Request(process, $"{i}", "key-1"), Token);
        }

        await _counter.Begun.Task.WaitAsync(Token);
        _counter.Gate.SetResult();

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal("""{"n":1}""", Encoding.UTF8.GetString(replies.Take(Token).Body.Span)));
    }

    [Fact]
    public async Task The_same_call_delivered_twice_is_recognized_without_any_key()
    {
        await using var process = await StartAsync();
        Assert.Equal("""{"n":1}""", await SendAsync(process, "same", key: null));
        Assert.Equal("""{"n":1}""", await SendAsync(process, "same", key: null));
        Assert.Equal("""{"n":2}""", await SendAsync(process, "other", key: null));
    }

    [Fact]
    public async Task A_key_that_was_used_for_another_request_is_refused()
    {
        await using var process = await StartAsync();
        await SendAsync(process, "first", "key-1");
        var reply = await SendAsync(process, "second", "key-1", """{"task_type":"count","other":true}""");
        Assert.Contains("\"code\":\"invalid_argument\"", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_failed_is_handled_when_it_comes_again()
    {
        await using var process = await StartAsync();
        _counter.Failure = MeshException.Unavailable("not now");
        Assert.Contains("not now", await SendAsync(process, "first", "key-1"), StringComparison.Ordinal);
        _counter.Failure = null;
        Assert.Equal("""{"n":2}""", await SendAsync(process, "second", "key-1"));
    }

    [Fact]
    public async Task A_handler_that_does_not_ask_for_it_handles_everything()
    {
        await using var process = await StartAsync(deduplicate: false);
        await SendAsync(process, "first", "key-1");
        Assert.Equal("""{"n":2}""", await SendAsync(process, "second", "key-1"));
    }

    private Task<MessagingProcess> StartAsync(bool deduplicate = true) => StartAsync(
        messaging => messaging.Handle<RawJson, RawJson, Counter>(_queue, "count", deduplicate: deduplicate),
        services => services.AddSingleton(_counter));

    private async Task<string> SendAsync(MessagingProcess process, string correlationId, string? key, string body = Body)
    {
        var replies = Replies(process);
        await process.Transport.SendAsync(_queue, Request(process, correlationId, key, body), Token);
        var reply = replies.Take(Token);
        Assert.Equal(correlationId, reply.CorrelationId);
        return Encoding.UTF8.GetString(reply.Body.Span);
    }

    /// <summary>Replies come here instead of to the client.</summary>
    private static BlockingCollection<Message> Replies(MessagingProcess process)
    {
        _ = process.Client;
        var replies = new BlockingCollection<Message>();
        process.Transport.ReplyReceived = replies.Add;
        return replies;
    }

    private static Message Request(MessagingProcess process, string correlationId, string? key, string body = Body) =>
        new Message
        {
            Body = Encoding.UTF8.GetBytes(body),
            CorrelationId = correlationId,
            ReplyTo = process.Transport.ReplyQueue,
        }.WithHeaders((MessageHeaders.IdempotencyKey, key));

    private sealed class Counter : IMessageHandler<RawJson, RawJson>
    {
        private int _count;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource? Gate { get; set; }

        public Exception? Failure { get; set; }

        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            var count = Interlocked.Increment(ref _count);
            Begun.TrySetResult();
            await (Gate?.Task ?? Task.CompletedTask);
            return Failure is { } failure ? throw failure : new RawJson(Encoding.UTF8.GetBytes($$"""{"n":{{count}}}"""));
        }
    }
}
