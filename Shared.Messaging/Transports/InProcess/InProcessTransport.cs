using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Transports.InProcess;

/// <summary>
/// Queues in the memory of one process, for the embedded mesh and for tests: the same contract, no server.
/// </summary>
internal sealed class InProcessTransport(TimeProvider time) : ITransport
{
    private readonly ConcurrentDictionary<string, InProcessQueue> _queues = new(
        new[] { Queues.Control, Queues.Results, Queues.Dead }.Select(name => KeyValuePair.Create(name, new InProcessQueue(name, time))));

    public TransportState State { get; } = new(IsReady: true, Generation: 1, Reason: "");

    public string ReplyQueue { get; } = $"skipper.reply.{Guid.NewGuid():N}";

    public Action<Message>? ReplyReceived { get; set; }

    public Action<string>? Returned { get; set; }

    public Action<string>? Disconnected { get; set; }

    public Action<CallId>? Abandoned { get; set; }

    public void Abandon(CallId call) => Abandoned?.Invoke(call);

    public ValueTask SendAsync(string queue, Message message, CancellationToken cancellationToken)
    {
        if (!TrySend(queue, message) && message.CorrelationId is { } correlationId)
        {
            Returned?.Invoke(correlationId);
        }

        return ValueTask.CompletedTask;
    }

    public Task SendConfirmedAsync(string queue, Message message, CancellationToken cancellationToken) =>
        TrySend(queue, message)
            ? Task.CompletedTask
            : Task.FromException(MeshException.Unavailable($"There is no queue {queue}: no worker for it has started yet."));

    public Task<ISubscription> ConsumeAsync(string queue, int prefetch, Action<Delivery> receive) =>
        Task.FromResult(Declare(queue).Consume(this, prefetch, receive));

    public Task DeclareAsync(string queue, CancellationToken cancellationToken) => Task.FromResult(Declare(queue));

    public Task<QueueState?> InspectAsync(string queue, CancellationToken cancellationToken) =>
        Task.FromResult<QueueState?>(
            _queues.TryGetValue(queue, out var found) ? found.State
            : queue == ReplyQueue ? new QueueState(Consumers: 1, Waiting: 0)
            : null);

    public Task BrowseAsync(string queue, int limit, Func<Message, Task<BrowseStep>> visit, CancellationToken cancellationToken) =>
        _queues.TryGetValue(queue, out var found) ? found.BrowseAsync(limit, visit, cancellationToken) : Task.CompletedTask;

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private InProcessQueue Declare(string queue) => _queues.GetOrAdd(queue, name => new InProcessQueue(name, time));

    private bool TrySend(string queue, Message message)
    {
        if (queue == ReplyQueue)
        {
            ReplyReceived?.Invoke(message);
            return true;
        }

        if (!_queues.TryGetValue(queue, out var found))
        {
            return false;
        }

        found.Enqueue(message);
        return true;
    }
}
