using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Hosting;

/// <summary>Consumes every queue that has a handler, and drains before the process stops.</summary>
internal sealed partial class WorkerHost(
    HandlerRegistry handlers,
    DeliveryPipeline pipeline,
    ITransport transport,
    IEnumerable<AnswerQueue> answers,
    IOptions<MessagingOptions> options,
    TimeProvider time,
    ILogger<WorkerHost> logger)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<ISubscription> _subscriptions = [];
    private readonly Dictionary<string, string> _answers = answers.ToDictionary(pipe => pipe.Queue, pipe => pipe.Answers);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for the host itself, given back when it stops: zero means stopped and drained.
    private int _inHand = 1;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var queue in handlers.Queues)
        {
            if (RedeliveryGuard.SuspectsOf(queue) is { } suspects)
            {
                var one = new SemaphoreSlim(1);
                _subscriptions.Add(await transport.ConsumeAsync(
                    suspects, 1, delivery => Receive(new SuspectDelivery(delivery, queue), one)));
            }

            var concurrency = handlers.Concurrency(queue);
            var slots = new SemaphoreSlim(concurrency);
            _subscriptions.Add(await transport.ConsumeAsync(queue, concurrency, delivery => Receive(delivery, slots)));
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_subscriptions.Select(subscription => subscription.StopAsync(cancellationToken)));
        Release();
        try
        {
            await _drained.Task.WaitAsync(TimeSpan.FromSeconds(options.Value.DrainSeconds), time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            LogNotDrained(_inHand);
        }

        await _stopping.CancelAsync();
        // What was cancelled says so to its callers before the connection goes.
        await _drained.Task.WaitAsync(TimeSpan.FromSeconds(5), time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var subscription in _subscriptions)
        {
            await subscription.DisposeAsync();
        }
    }

    public void Dispose() => _stopping.Dispose();

    private void Receive(Delivery delivery, SemaphoreSlim slots)
    {
        Interlocked.Increment(ref _inHand);
        // Never on the receiving loop: a slow handler would stop replies, acknowledgements and heartbeats.
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => _ = state.Host.ProcessAsync(state.Delivery, state.ReceivedAt, state.Slots),
            (Host: this, Delivery: Piped(delivery), ReceivedAt: time.GetUtcNow(), Slots: slots),
            preferLocal: false);
    }

    // The result of a step of a run has its own way.
    private Delivery Piped(Delivery delivery) => delivery.Message.ReplyTo is null
        && _answers.TryGetValue(delivery.Queue, out var answerQueue) && delivery.Message.Header(MessageHeaders.Run) is null
        ? new PipedDelivery(delivery, answerQueue, transport)
        : delivery;

    private async Task ProcessAsync(Delivery delivery, DateTimeOffset receivedAt, SemaphoreSlim slots)
    {
        try
        {
            await slots.WaitAsync(_stopping.Token);
            try
            {
                await pipeline.ProcessAsync(delivery, receivedAt, _stopping.Token);
            }
            finally
            {
                slots.Release();
            }
        }
        catch (OperationCanceledException)
        {
            await RedeliveryGuard.GiveBackAsync(delivery);
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _inHand) == 0)
        {
            _drained.TrySetResult();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Stopped before {Count} messages were done; they are given back")]
    private partial void LogNotDrained(int count);
}
