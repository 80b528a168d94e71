using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.DeadLetters;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Lifecycle;

/// <summary>What becomes of messages that come again, fail for good, or come twice; over every transport.</summary>
public abstract class LifecycleContract
{
    protected const string Work = """{"task_type":"work"}""";

    protected string Queue { get; } = $"test_{Guid.NewGuid():N}";

    private protected abstract Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection>? services = null);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("1")]
    public async Task A_message_whose_worker_was_lost_once_or_twice_is_handled(string? losses)
    {
        var worker = new Worker();
        await using var process = await StartBusyAsync(worker);
        await LoseAsync(process, Request(Work, (MessageHeaders.Losses, losses)));

        worker.GoOn.SetResult();

        await Eventually.TrueAsync(() => worker.Done.Contains(Work), "the message is handled", Token);
        Assert.Empty(await LettersAsync(process));
    }

    [Fact]
    public async Task A_message_whose_worker_was_lost_three_times_is_dead_and_its_caller_is_told()
    {
        var worker = new Worker();
        await using var process = await StartBusyAsync(worker);
        var replies = Replies(process);
        await LoseAsync(process, Request(Work, (MessageHeaders.Losses, "2")) with { CorrelationId = "c-3", ReplyTo = process.Transport.ReplyQueue });

        worker.GoOn.SetResult();

        var error = ErrorReply.Read("error", replies.Take(Token).Body)!;
        Assert.Contains("lost 3 times", error.Message, StringComparison.Ordinal);
        var letter = Assert.Single(await LettersAsync(process));
        Assert.Equal((Queue, "c-3", Work), (letter.Queue, letter.CorrelationId, letter.Body));
        Assert.StartsWith("internal: The worker was lost 3 times", letter.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Work, worker.Done);
        await process.Services.GetRequiredService<DeadLetterQueue>().DeleteAsync(letter.Id, Token);
    }

    [Fact]
    public async Task A_message_given_back_by_a_stopping_worker_is_not_counted()
    {
        var message = Request(Work, (MessageHeaders.Losses, "1"));
        var taken = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var process = await StartAsync(_ => { });
        await using (var stopping = await process.Transport.ConsumeAsync(Queue, 1, taken.SetResult))
        {
            await process.Transport.SendConfirmedAsync(Queue, message, Token);
            var inHand = await taken.Task.WaitAsync(Token);
            await stopping.StopAsync(Token);
            await RedeliveryGuard.GiveBackAsync(inHand);
        }

        var again = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var next = await process.Transport.ConsumeAsync(Queue, 1, again.SetResult);
        var delivery = await again.Task.WaitAsync(Token);
        Assert.False(delivery.Redelivered);
        Assert.Equal("1", delivery.Message.Header(MessageHeaders.Losses));
    }

    [Fact]
    public async Task Looking_at_a_queue_changes_nothing_in_it()
    {
        await using var process = await StartAsync(_ => { });
        await FillAsync(process, 5);

        Assert.Equal(["0", "1", "2"], await BrowseAsync(process, 3));
        Assert.Equal(["0", "1", "2", "3", "4"], await BrowseAsync(process, 100));
    }

    [Fact]
    public async Task A_message_is_removed_from_the_middle_and_the_others_keep_their_places()
    {
        await using var process = await StartAsync(_ => { });
        await FillAsync(process, 4);

        await process.Transport.BrowseAsync(
            Queue, 100, message => Task.FromResult(Text(message) == "1" ? BrowseStep.Remove : BrowseStep.Next), Token);

        Assert.Equal(["0", "2", "3"], await BrowseAsync(process, 100));
    }

    [Fact]
    public async Task A_visit_that_fails_leaves_everything_where_it_is()
    {
        await using var process = await StartAsync(_ => { });
        await FillAsync(process, 3);

        await Assert.ThrowsAsync<MeshException>(
            () => process.Transport.BrowseAsync(Queue, 100, _ => throw MeshException.Unavailable("no"), Token));

        Assert.Equal(["0", "1", "2"], await BrowseAsync(process, 100));
    }

    [Fact]
    public async Task A_replayed_letter_waits_for_no_reply_does_not_expire_and_carries_a_key()
    {
        await using var process = await StartAsync(_ => { });
        var letters = process.Services.GetRequiredService<DeadLetterQueue>();
        var taken = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumer = await process.Transport.ConsumeAsync(Queue, 1, taken.SetResult);
        var sent = Request(Work, (MessageHeaders.Losses, "2"), ("traceparent", "kept")) with
        {
            ReplyTo = "gone",
            CorrelationId = "c-9",
            SentAt = DateTimeOffset.UnixEpoch,
            Expiration = TimeSpan.FromSeconds(1),
        };
        await letters.BuryAsync(Queue, sent, MeshException.InvalidArgument("bad"));
        var letter = Assert.Single(await LettersAsync(process));

        await letters.ReplayAsync(letter.Id, Token);

        var message = (await taken.Task.WaitAsync(Token)).Message;
        Assert.Equal((Work, "c-9", null, null), (Text(message), message.CorrelationId, message.ReplyTo, message.Deadline));
        Assert.Equal(["traceparent", MessageHeaders.IdempotencyKey], message.Headers!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(letter.Id, message.Header(MessageHeaders.IdempotencyKey));
        var gone = await Assert.ThrowsAsync<MeshException>(() => letters.ReplayAsync(letter.Id, Token));
        Assert.Equal(ErrorCode.NotFound, gone.Code);
    }

    [Fact]
    public async Task A_request_of_a_newer_major_version_is_refused()
    {
        await using var process = await StartAsync(Echo);
        var replies = Replies(process);
        await process.Transport.SendAsync(
            Queue, Request("""{"task_type":"echo"}""", (MessageHeaders.Version, "2")) with { CorrelationId = "v", ReplyTo = process.Transport.ReplyQueue }, Token);

        var reply = replies.Take(Token);
        Assert.Equal("1", reply.Header(MessageHeaders.Version));
        var error = ErrorReply.Read(reply.Header(MessageHeaders.Status), reply.Body)!;
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
    }

    private protected static Message Request(string body, params (string Name, string? Value)[] headers) =>
        new Message { Body = Encoding.UTF8.GetBytes(body) }.WithHeaders(headers);

    private protected static string Text(Message message) => Encoding.UTF8.GetString(message.Body.Span);

    /// <summary>Replies come here instead of to the client.</summary>
    private protected static BlockingCollection<Message> Replies(MessagingProcess process)
    {
        _ = process.Client;
        var replies = new BlockingCollection<Message>();
        process.Transport.ReplyReceived = replies.Add;
        return replies;
    }

    private protected async Task<IReadOnlyList<DeadLetter>> LettersAsync(MessagingProcess process) =>
        [.. (await process.Services.GetRequiredService<DeadLetterQueue>().ListAsync(100, Token)).Where(letter => letter.Queue == Queue)];

    private protected void Echo(MessagingBuilder messaging) => messaging.Handle<RawJson, RawJson, EchoHandler>(Queue, "echo");

    /// <summary>A worker that can do one thing at a time and has something to do.</summary>
    private async Task<MessagingProcess> StartBusyAsync(Worker worker)
    {
        var process = await StartAsync(
            messaging => messaging.Handle<RawJson, RawJson, Worker>(Queue, "work").Concurrency(Queue, 1),
            services => services.AddSingleton(worker));
        await process.Transport.SendConfirmedAsync(Queue, Request("""{"task_type":"work","wait":true}"""), Token);
        await worker.Busy.Task.WaitAsync(Token);
        return process;
    }

    /// <summary>Another worker takes a message and is lost with it.</summary>
    private async Task LoseAsync(MessagingProcess process, Message message)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var lost = await process.Transport.ConsumeAsync(Queue, 1, _ => taken.TrySetResult());
        await process.Transport.SendConfirmedAsync(Queue, message, Token);
        await taken.Task.WaitAsync(Token);
    }

    private async Task FillAsync(MessagingProcess process, int count)
    {
        await using (await process.Transport.ConsumeAsync(Queue, 1, _ => { }))
        {
        }

        for (var i = 0; i < count; i++)
        {
            await process.Transport.SendConfirmedAsync(Queue, Request(JsonSerializer.Serialize(i)), Token);
        }
    }

    private async Task<IReadOnlyList<string>> BrowseAsync(MessagingProcess process, int limit)
    {
        var seen = new List<string>();
        await process.Transport.BrowseAsync(
            Queue,
            limit,
            message =>
            {
                seen.Add(Text(message));
                return Task.FromResult(BrowseStep.Next);
            },
            Token);
        return seen;
    }

    private sealed class Worker : IMessageHandler<RawJson, RawJson>
    {
        public TaskCompletionSource Busy { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Done { get; } = new();

        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            var body = Encoding.UTF8.GetString(message.Utf8.Span);
            if (body != Work)
            {
                Busy.TrySetResult();
                await GoOn.Task;
            }

            Done.Enqueue(body);
            return message;
        }
    }
}
