using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Handlers;

/// <summary>
/// A worker that executes a step, with a gateway in miniature that answers its claims and heartbeats.
/// </summary>
public sealed class AttemptRunnerTests
{
    private const string Attempt = "0198c0de-0000-7000-8000-000000000001:task:1";
    private const string Queue = "test_steps";

    private static readonly Guid RunId = Guid.Parse("0198c0de-0000-7000-8000-000000000001");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_granted_attempt_sends_its_result_with_attempt_and_claim()
    {
        await using var mesh = await Mesh.StartAsync((_, _) => Task.FromResult("""{"done":true}"""));
        await mesh.DispatchAsync();

        var result = await mesh.Results.Task.WaitAsync(Token);
        Assert.Equal("""{"done":true}""", Encoding.UTF8.GetString(result.Body.Span));
        Assert.Equal(Attempt, result.CorrelationId);
        Assert.Equal("ok", result.Header(MessageHeaders.Status));
        Assert.Equal(mesh.Gateway.ClaimIds.Single().ToString(), result.Header(MessageHeaders.Claim));
        Assert.True(result.Persistent);
    }

    [Fact]
    public async Task A_denied_attempt_does_no_work()
    {
        var worked = false;
        await using var mesh = await Mesh.StartAsync((_, _) =>
        {
            worked = true;
            return Task.FromResult("{}");
        });
        mesh.Gateway.Answer = "lost";
        await mesh.DispatchAsync();
        await mesh.Gateway.Claimed.Task.WaitAsync(Token);
        await mesh.Process.StopAsync();
        Assert.False(worked);
        Assert.False(mesh.Results.Task.IsCompleted);
    }

    [Fact]
    public async Task A_failing_handler_has_its_failure_as_result()
    {
        await using var mesh = await Mesh.StartAsync((_, _) => throw MeshException.InvalidArgument("no such column: rooms"));
        await mesh.DispatchAsync();

        var result = await mesh.Results.Task.WaitAsync(Token);
        Assert.Equal("error", result.Header(MessageHeaders.Status));
        var error = JsonSerializer.Deserialize<ErrorReply>(result.Body.Span, MessageJson.Options)!;
        Assert.Equal(("invalid_argument", "no such column: rooms", false), (error.Code, error.Error, error.Retryable));
    }

    [Fact]
    public async Task Progress_leaves_with_a_heartbeat()
    {
        var goOn = new TaskCompletionSource();
        await using var mesh = await Mesh.StartAsync(async (context, _) =>
        {
            context.Report(40, "round 40 of 100");
            await goOn.Task;
            return "{}";
        });
        await mesh.DispatchAsync();

        Assert.Equal(new Progress(40, "round 40 of 100"), await mesh.Gateway.Progress.Task.WaitAsync(Token));
        goOn.SetResult();
        await mesh.Results.Task.WaitAsync(Token);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("lost")]
    public async Task A_heartbeat_that_is_not_granted_cancels_the_handler(string answer)
    {
        var cancelled = new TaskCompletionSource();
        await using var mesh = await Mesh.StartAsync(async (context, cancellationToken) =>
        {
            context.Report(1, "begun");
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            finally
            {
                cancelled.TrySetResult();
            }

            return "{}";
        });
        mesh.Gateway.HeartbeatAnswer = answer;
        await mesh.DispatchAsync();
        await cancelled.Task.WaitAsync(Token);

        await mesh.Process.StopAsync();
        Assert.Equal(answer == "cancel", mesh.Results.Task.IsCompleted);
        if (answer == "cancel")
        {
            var error = JsonSerializer.Deserialize<ErrorReply>((await mesh.Results.Task).Body.Span, MessageJson.Options)!;
            Assert.Equal("cancelled", error.Code);
        }
    }

    [Fact]
    public async Task A_cancellation_reaches_the_handler_with_the_first_heartbeat_that_hears_of_it()
    {
        var cancelled = new TaskCompletionSource();
        await using var mesh = await Mesh.StartAsync(async (context, cancellationToken) =>
        {
            using var stop = cancellationToken.Register(cancelled.SetResult);
            for (var round = 1; ; round++)
            {
                context.Report(round % 100, "working");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            }
        });
        await mesh.DispatchAsync();
        await mesh.Gateway.Progress.Task.WaitAsync(Token);
        Assert.False(cancelled.Task.IsCompleted);

        mesh.Gateway.HeartbeatAnswer = "cancel";

        await cancelled.Task.WaitAsync(Token);
        Assert.Equal(1, mesh.Gateway.Cancellations);
    }

    private sealed class Mesh : IAsyncDisposable
    {
        public required MessagingProcess Process { get; init; }

        public required FakeGateway Gateway { get; init; }

        public TaskCompletionSource<Message> Results { get; } = new();

        public static async Task<Mesh> StartAsync(Func<MessageContext, CancellationToken, Task<string>> work)
        {
            var gateway = new FakeGateway();
            var mesh = new Mesh
            {
                Gateway = gateway,
                Process = await MessagingProcess.StartInProcessAsync(
                    messaging => messaging
                        .Handle<ClaimStep, StepLease, FakeGateway>()
                        .Handle<HeartbeatStep, StepLease, FakeGateway>()
                        .Handle<RawJson, RawJson, Worker>(Queue, "work"),
                    services => services.AddSingleton(gateway).AddSingleton(new Worker(work))),
            };
            await mesh.Process.Transport.ConsumeAsync(
                Queues.Results, 1, delivery => mesh.Results.TrySetResult(delivery.Message));
            return mesh;
        }

        public Task DispatchAsync() => Process.Transport.SendConfirmedAsync(
            Queue,
            new Message
            {
                Body = """{"task_type":"work"}"""u8.ToArray(),
                CorrelationId = Attempt,
                ReplyTo = Queues.Results,
                Headers = new Dictionary<string, string> { [MessageHeaders.Run] = RunId.ToString() },
            },
            Token);

        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }

    private sealed class Worker(Func<MessageContext, CancellationToken, Task<string>> work) : IMessageHandler<RawJson, RawJson>
    {
        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            Assert.Equal(RunId, context.RunId);
            return new RawJson(Encoding.UTF8.GetBytes(await work(context, cancellationToken)));
        }
    }

    private sealed class FakeGateway : IMessageHandler<ClaimStep, StepLease>, IMessageHandler<HeartbeatStep, StepLease>
    {
        public string Answer { get; set; } = "granted";

        public string HeartbeatAnswer { get; set; } = "granted";

        /// <summary>How many heartbeats were answered with "cancel".</summary>
        public int Cancellations { get; private set; }

        public ConcurrentBag<Guid> ClaimIds { get; } = [];

        public TaskCompletionSource Claimed { get; } = new();

        public TaskCompletionSource<Progress> Progress { get; } = new();

        public Task<StepLease> HandleAsync(ClaimStep message, MessageContext context, CancellationToken cancellationToken)
        {
            ClaimIds.Add(message.ClaimId);
            Claimed.TrySetResult();
            return Task.FromResult(new StepLease { State = Answer, LeaseSeconds = 20 });
        }

        public Task<StepLease> HandleAsync(HeartbeatStep message, MessageContext context, CancellationToken cancellationToken)
        {
            if (message.Progress is { } progress)
            {
                Progress.TrySetResult(progress);
            }

            var answer = HeartbeatAnswer;
            Cancellations += answer == "cancel" ? 1 : 0;
            return Task.FromResult(new StepLease { State = answer, LeaseSeconds = 20 });
        }
    }
}
