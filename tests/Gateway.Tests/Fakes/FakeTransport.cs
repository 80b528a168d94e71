using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Gateway.Tests.Fakes;

/// <summary>A broker that remembers what was sent, and has the queues that it is not told to miss.</summary>
internal sealed class FakeTransport : ITransport
{
    public ConcurrentQueue<(string Queue, Message Message)> Sent { get; } = new();

    public ConcurrentDictionary<string, bool> Missing { get; } = new();

    /// <summary>How many messages of a queue nobody has taken yet.</summary>
    public ConcurrentDictionary<string, int> Waiting { get; } = new();

    public Action<Delivery>? Receive { get; private set; }

    public TransportState State { get; set; } = new(true, 1, "");

    public string ReplyQueue => "replies";

    public Action<Message>? ReplyReceived { get; set; }

    public Action<string>? Returned { get; set; }

    public Action<string>? Disconnected { get; set; }

    public Action<CallId>? Abandoned { get; set; }

    public void Abandon(CallId call)
    {
    }

    public ValueTask SendAsync(string queue, Message message, CancellationToken cancellationToken) =>
        new(SendConfirmedAsync(queue, message, cancellationToken));

    public Task SendConfirmedAsync(string queue, Message message, CancellationToken cancellationToken)
    {
        if (!State.IsReady)
        {
            throw MeshException.Unavailable(State.Reason);
        }

        if (Missing.ContainsKey(queue))
        {
            throw MeshException.Unavailable($"There is no queue {queue}.");
        }

        Sent.Enqueue((queue, message));
        return Task.CompletedTask;
    }

    public Task<ISubscription> ConsumeAsync(string queue, int prefetch, Action<Delivery> receive)
    {
        Receive = receive;
        return Task.FromResult<ISubscription>(new Subscription());
    }

    public Task DeclareAsync(string queue, CancellationToken cancellationToken)
    {
        Missing.TryRemove(queue, out _);
        return Task.CompletedTask;
    }

    public Task<QueueState?> InspectAsync(string queue, CancellationToken cancellationToken) =>
        Task.FromResult<QueueState?>(Missing.ContainsKey(queue) ? null : new QueueState(1, Waiting.GetValueOrDefault(queue)));

    public Task BrowseAsync(string queue, int limit, Func<Message, Task<BrowseStep>> visit, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private sealed class Subscription : ISubscription
    {
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
