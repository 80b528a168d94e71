using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Shared.Messaging.Tests.Rpc;

/// <summary>What a call promises, over every transport.</summary>
public abstract partial class RpcContract
{
    private readonly string _queue = $"test_{Guid.NewGuid():N}";

    private protected abstract Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection>? services = null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_typed_call_reaches_the_handler_and_brings_its_reply()
    {
        await using var process = await StartAsync(
            messaging => messaging.Handle<Add, Sum, AddHandler>(Add.QueueName, "add_numbers"));
        Assert.Equal(5, (await process.Client.CallAsync(new Add { Left = 2, Right = 3 }, cancellationToken: Token)).Value);
    }

    [Fact]
    public async Task Concurrent_calls_get_their_own_replies()
    {
        await using var process = await StartAsync(Echo);
        var replies = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => CallAsync(process, $$"""{"task_type":"echo","i":{{i}}}""")));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $$"""{"task_type":"echo","i":{{i}}}"""), replies);
    }

    [Fact]
    public async Task A_mesh_exception_arrives_as_it_was_thrown()
    {
        var details = JsonSerializer.SerializeToElement(new { column = "rm" });
        await using var process = await StartAsync(Throwing(
            new MeshException(ErrorCode.FailedPrecondition, "not yet") { Retryable = true, Details = details }));
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, """{"task_type":"throw"}"""));
        Assert.Equal((ErrorCode.FailedPrecondition, "not yet", true), (error.Code, error.Message, error.Retryable));
        Assert.Equal("rm", error.Details!.Value.GetProperty("column").GetString());
    }

    [Fact]
    public async Task Any_other_exception_is_internal_and_keeps_its_words_to_itself()
    {
        await using var process = await StartAsync(Throwing(new InvalidOperationException("Password=hunter2")));
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, """{"task_type":"throw"}"""));
        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_queue_is_unavailable()
    {
        await using var process = await StartAsync(_ => { });
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, "{}"));
        Assert.Equal(ErrorCode.Unavailable, error.Code);
        Assert.Contains(_queue, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_that_nobody_consumes_is_unavailable()
    {
        await using var process = await StartAsync(_ => { });
        await using (await process.Transport.ConsumeAsync(_queue, 1, _ => { }))
        {
        }

        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, "{}"));
        Assert.Equal(ErrorCode.Unavailable, error.Code);
    }

    [Fact]
    public async Task A_worker_that_dies_with_a_call_in_its_queue_is_unavailable_long_before_the_deadline()
    {
        await using var process = await StartAsync(_ => { });
        var taken = new TaskCompletionSource();
        var worker = await process.Transport.ConsumeAsync(_queue, 1, _ => taken.TrySetResult());
        var call = process.Client.CallAsync(_queue, "{}"u8.ToArray(), TimeSpan.FromHours(1), Token);
        await taken.Task.WaitAsync(Token);

        await worker.DisposeAsync();

        var error = await Assert.ThrowsAsync<MeshException>(() => call);
        Assert.Equal(ErrorCode.Unavailable, error.Code);
    }

    [Fact]
    public async Task A_worker_that_never_answers_ends_in_deadline_exceeded()
    {
        await using var process = await StartAsync(_ => { });
        await using var silent = await process.Transport.ConsumeAsync(_queue, 10, _ => { });
        var error = await Assert.ThrowsAsync<MeshException>(
            () => process.Client.CallAsync(_queue, "{}"u8.ToArray(), TimeSpan.FromMilliseconds(100), Token));
        Assert.Equal(ErrorCode.DeadlineExceeded, error.Code);
    }

    [Fact]
    public async Task The_handler_is_cancelled_at_the_deadline()
    {
        var cancelled = new TaskCompletionSource();
        await using var process = await StartAsync(Waiting(cancelled));
        await Assert.ThrowsAsync<MeshException>(
            () => process.Client.CallAsync(_queue, """{"task_type":"wait"}"""u8.ToArray(), TimeSpan.FromMilliseconds(100), Token));
        await cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task A_call_made_by_a_handler_inherits_the_deadline()
    {
        await using var process = await StartAsync(messaging => messaging
            .Handle<RawJson, RawJson, NestedHandler>(_queue, "nested"));
        await using var silent = await process.Transport.ConsumeAsync($"{_queue}_inner", 10, _ => { });
        var error = await Assert.ThrowsAsync<MeshException>(() => process.Client.CallAsync(
            _queue, Encoding.UTF8.GetBytes($$"""{"task_type":"nested","inner":"{{_queue}}_inner"}"""), TimeSpan.FromMilliseconds(300), Token));
        Assert.Equal(ErrorCode.DeadlineExceeded, error.Code);
    }

    [Fact]
    public async Task A_cancelled_caller_stops_waiting()
    {
        await using var process = await StartAsync(_ => { });
        var taken = new TaskCompletionSource();
        await using var silent = await process.Transport.ConsumeAsync(_queue, 1, _ => taken.TrySetResult());
        using var caller = new CancellationTokenSource();
        var call = process.Client.CallAsync(_queue, "{}"u8.ToArray(), cancellationToken: caller.Token);
        await taken.Task.WaitAsync(Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData("not json", "not valid JSON")]
    [InlineData("[1,2]", "an array")]
    [InlineData("""{"task_type":5}""", "task_type must be text")]
    [InlineData("""{"task_type":"unheard_of"}""", "known are: echo")]
    [InlineData("{}", "known are: echo")]
    public async Task A_message_that_cannot_be_routed_is_answered_with_the_reason(string body, string reason)
    {
        await using var process = await StartAsync(Echo);
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, body));
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"task_type":"add","left":"two","right":3}""", "left does not fit the contract Add")]
    [InlineData("""{"task_type":"add","left":2}""", "right")]
    [InlineData("""{"task_type":"add","left":2,"right":3,"note":null}""", "note does not fit the contract Add")]
    public async Task A_message_that_does_not_fit_its_contract_is_refused_with_the_member(string body, string reason)
    {
        await using var process = await StartAsync(messaging => messaging.Handle<Add, Sum, AddHandler>(_queue, "add"));
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, body));
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fallback_answers_what_nobody_else_does()
    {
        await using var process = await StartAsync(
            messaging => messaging.Handle<RawJson, RawJson, EchoHandler>(_queue, "echo", fallback: true));
        Assert.Equal("""{"task_type":"other"}""", await CallAsync(process, """{"task_type":"other"}"""));
    }

    [Fact]
    public async Task A_first_reply_counts_and_a_second_is_ignored()
    {
        await using var process = await StartAsync(_ => { });
        await using var twice = await process.Transport.ConsumeAsync(_queue, 1, delivery => _ = Task.Run(async () =>
        {
            foreach (var answer in (string[])["""{"n":1}""", """{"error":"late"}"""])
            {
                await delivery.ReplyAsync(new() { Body = Encoding.UTF8.GetBytes(answer), CorrelationId = delivery.Message.CorrelationId });
            }
        }));
        Assert.Equal("""{"n":1}""", await CallAsync(process, "{}"));
    }

    [Fact]
    public async Task An_error_of_a_skipper_lib_worker_is_an_error()
    {
        await using var process = await StartAsync(_ => { });
        await using var legacy = await process.Transport.ConsumeAsync(_queue, 1, delivery => _ = delivery.ReplyAsync(new()
        {
            Body = """{"error":"Receiver exception","queue":"q"}"""u8.ToArray(),
            CorrelationId = delivery.Message.CorrelationId,
        }).AsTask());
        var error = await Assert.ThrowsAsync<MeshException>(() => CallAsync(process, "{}"));
        Assert.Equal((ErrorCode.Internal, "Receiver exception"), (error.Code, error.Message));
    }

    [Fact]
    public async Task A_stopping_worker_finishes_what_it_has_begun()
    {
        var begun = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var process = await StartAsync(
            messaging => messaging.Handle<RawJson, RawJson, GatedHandler>(_queue, "gated"),
            services => services.AddSingleton(new GatedHandler(begun, goOn)));
        await using var caller = process;
        var call = CallAsync(process, """{"task_type":"gated"}""");
        await begun.Task.WaitAsync(Token);
        var stop = process.StopAsync();
        goOn.SetResult();
        Assert.Equal("""{"task_type":"gated"}""", await call);
        await stop;
    }

    private static void Serve(MessagingBuilder messaging, string queue) =>
        messaging.Handle<RawJson, RawJson, ScriptedHandler>(queue, "any", fallback: true);

    internal static Action<IServiceCollection> Scripted(Func<MessageContext, CancellationToken, Task<string>> answer) =>
        services => services.AddSingleton(new ScriptedHandler(answer));

    private Task<MessagingProcess> ServeAsync(
        Func<MessageContext, CancellationToken, Task<string>> answer, params string[] moreQueues) => StartAsync(
        messaging =>
        {
            foreach (var queue in (string[])[_queue, .. moreQueues])
            {
                Serve(messaging, queue);
            }
        },
        Scripted(answer));

    private void Echo(MessagingBuilder messaging) => messaging.Handle<RawJson, RawJson, EchoHandler>(_queue, "echo");

    private Action<MessagingBuilder> Throwing(Exception exception) => messaging =>
    {
        Thrower.Exceptions[_queue] = exception;
        messaging.Handle<RawJson, RawJson, Thrower>(_queue, "throw");
    };

    private Action<MessagingBuilder> Waiting(TaskCompletionSource cancelled) => messaging =>
    {
        Waiter.Cancelled[_queue] = cancelled;
        messaging.Handle<RawJson, RawJson, Waiter>(_queue, "wait");
    };

    private async Task<string> CallAsync(MessagingProcess process, string body) => Encoding.UTF8.GetString(
        (await process.Client.CallAsync(_queue, Encoding.UTF8.GetBytes(body), cancellationToken: Token)).Span);

    private sealed class AddHandler : IMessageHandler<Add, Sum>
    {
        public Task<Sum> HandleAsync(Add message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(new Sum { Value = message.Left + message.Right });
    }

    private sealed class Thrower : IMessageHandler<RawJson, RawJson>
    {
        public static readonly ConcurrentDictionary<string, Exception> Exceptions = new();

        public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
            throw Exceptions[context.Queue];
    }

    private sealed class Waiter : IMessageHandler<RawJson, RawJson>
    {
        public static readonly ConcurrentDictionary<string, TaskCompletionSource> Cancelled = new();

        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Cancelled[context.Queue].TrySetResult();
            cancellationToken.ThrowIfCancellationRequested();
            return message;
        }
    }

    private sealed class NestedHandler(IRpcClient client) : IMessageHandler<RawJson, RawJson>
    {
        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            using var body = JsonDocument.Parse(message.Utf8);
            // Asks for five minutes, but its own caller waits a fraction of a second.
            return new RawJson(await client.CallAsync(
                body.RootElement.GetProperty("inner").GetString()!, "{}"u8.ToArray(), TimeSpan.FromMinutes(5), CancellationToken.None));
        }
    }

    private sealed class GatedHandler(TaskCompletionSource begun, TaskCompletionSource goOn) : IMessageHandler<RawJson, RawJson>
    {
        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            begun.TrySetResult();
            await goOn.Task;
            return message;
        }
    }
}
