using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.StepLogs;

/// <summary>What a handler logs while it executes a step, on its way to a gateway in miniature.</summary>
public sealed partial class AttemptLogTests : IAsyncLifetime
{
    private const string Queue = "test_logs";

    private readonly FakeGateway _gateway = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _results = new();
    private Func<Log, MessageContext, Task> _work = (_, _) => Task.CompletedTask;
    private MessagingProcess _process = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _process = await MessagingProcess.StartInProcessAsync(
            messaging => messaging
                .Handle<ClaimStep, StepLease, FakeGateway>()
                .Handle<HeartbeatStep, StepLease, FakeGateway>()
                .Handle<RawJson, RawJson, Worker>(Queue, "work"),
            services => services
                .AddSingleton(_gateway)
                .AddSingleton<Func<Log, MessageContext, Task>>((log, context) => _work(log, context)));
        await _process.Transport.ConsumeAsync(
            Queues.Results, 2, delivery => Result(delivery.Message.CorrelationId!).TrySetResult(delivery.Message));
    }

    public async ValueTask DisposeAsync() => await _process.DisposeAsync();

    [Fact]
    public async Task What_a_handler_logs_leaves_with_a_heartbeat_while_it_works()
    {
        var goOn = new TaskCompletionSource();
        _work = async (log, _) =>
        {
            log(LogLevel.Debug, "too little to tell");
            log(LogLevel.Information, "500 rows read");
            await goOn.Task;
        };
        var result = await DispatchAsync("a");

        await _gateway.Received.Task.WaitAsync(Token);
        var line = Assert.Single(_gateway.Logs["a"]);
        Assert.Equal((1, "information", "500 rows read"), (line.Seq, line.Level, line.Message));
        Assert.False(result.IsCompleted);
        goOn.SetResult();
        await result.WaitAsync(Token);
    }

    [Fact]
    public async Task What_is_left_at_the_end_leaves_before_the_result()
    {
        _work = (log, _) =>
        {
            for (var i = 1; i <= 500; i++)
            {
                log(LogLevel.Information, $"line {i}");
            }

            return Task.CompletedTask;
        };
        await (await DispatchAsync("a")).WaitAsync(Token);

        Assert.Equal(Enumerable.Range(1, 500), _gateway.Logs["a"].Select(line => line.Seq));
        Assert.Equal("line 500", _gateway.Logs["a"].Last().Message);
    }

    [Fact]
    public async Task A_failure_that_nobody_planned_is_in_the_log_with_its_details()
    {
        _work = (_, _) => throw new InvalidOperationException("the matrix is singular");
        await (await DispatchAsync("a")).WaitAsync(Token);

        var line = Assert.Single(_gateway.Logs["a"]);
        Assert.Equal("error", line.Level);
        Assert.Contains("the matrix is singular", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempts_at_the_same_time_have_a_log_each()
    {
        var both = new TaskCompletionSource();
        var begun = 0;
        _work = async (log, context) =>
        {
            log(LogLevel.Information, $"{context.CorrelationId} began");
            if (Interlocked.Increment(ref begun) == 2)
            {
                both.SetResult();
            }

            await both.Task;
            await Task.Yield();
            log(LogLevel.Information, $"{context.CorrelationId} ended");
        };
        var (first, second) = (await DispatchAsync("a"), await DispatchAsync("b"));
        await Task.WhenAll(first, second).WaitAsync(Token);

        Assert.Equal(["a began", "a ended"], _gateway.Logs["a"].Select(line => line.Message));
        Assert.Equal(["b began", "b ended"], _gateway.Logs["b"].Select(line => line.Message));
    }

    [Fact]
    public async Task A_result_does_not_wait_for_a_gateway_that_takes_no_log()
    {
        _gateway.Refusal = MeshException.Unavailable("The database cannot be reached now.");
        _work = (log, _) =>
        {
            log(LogLevel.Information, "done");
            return Task.CompletedTask;
        };

        Assert.Equal("ok", (await (await DispatchAsync("a")).WaitAsync(Token)).Header(MessageHeaders.Status));
    }

    [Fact]
    public async Task What_is_logged_by_a_call_beside_an_attempt_is_in_no_log()
    {
        _work = async (log, context) =>
        {
            if (context.RunId is null)
            {
                log(LogLevel.Information, "a call of nobody's run");
                return;
            }

            await _process.Client.CallAsync(Queue, """{"task_type":"work"}"""u8.ToArray(), cancellationToken: Token);
            log(LogLevel.Information, "called");
        };
        await (await DispatchAsync("a")).WaitAsync(Token);

        Assert.Equal("called", Assert.Single(_gateway.Logs["a"]).Message);
    }

    private TaskCompletionSource<Message> Result(string attempt) => _results.GetOrAdd(attempt, _ => new());

    private async Task<Task<Message>> DispatchAsync(string attempt)
    {
        await _process.Transport.SendConfirmedAsync(
            Queue,
            new Message
            {
                Body = """{"task_type":"work"}"""u8.ToArray(),
                CorrelationId = attempt,
                ReplyTo = Queues.Results,
                Headers = new Dictionary<string, string> { [MessageHeaders.Run] = Guid.NewGuid().ToString() },
            },
            Token);
        return Result(attempt).Task;
    }

    private delegate void Log(LogLevel level, string text);

    private sealed partial class Worker(Func<Log, MessageContext, Task> work, ILogger<Worker> logger) : IMessageHandler<RawJson, RawJson>
    {
        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            await work(Write, context);
            return message;
        }

        [LoggerMessage(Message = "{Text}")]
        private partial void Write(LogLevel level, string text);
    }

    private sealed class FakeGateway : IMessageHandler<ClaimStep, StepLease>, IMessageHandler<HeartbeatStep, StepLease>
    {
        private static readonly StepLease Granted = new() { State = "granted", LeaseSeconds = 20 };

        public ConcurrentDictionary<string, ConcurrentQueue<StepLogLine>> Logs { get; } = new();

        public TaskCompletionSource Received { get; } = new();

        public MeshException? Refusal { get; set; }

        public Task<StepLease> HandleAsync(ClaimStep message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(Granted);

        public Task<StepLease> HandleAsync(HeartbeatStep message, MessageContext context, CancellationToken cancellationToken)
        {
            if (Refusal is not null)
            {
                throw Refusal;
            }

            foreach (var line in message.Logs ?? [])
            {
                Logs.GetOrAdd(message.Attempt, _ => new()).Enqueue(line);
            }

            Received.TrySetResult();
            return Task.FromResult(Granted);
        }
    }
}
