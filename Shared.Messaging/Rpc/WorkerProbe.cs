using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>
/// Knows whether somebody listens to a queue. A queue that has answered, or was asked about, within the last second need not be asked
/// about again, so a busy queue costs nothing and a dead one is noticed within a second.
/// </summary>
internal sealed class WorkerProbe(ITransport transport, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Entry> _queues = new();

    /// <summary>Whether the queue is known to have a worker.</summary>
    public bool HasAnsweredLately(string queue) =>
        _queues.TryGetValue(queue, out var entry) && time.GetElapsedTime(Volatile.Read(ref entry.SeenAt)) < Freshness;

    /// <summary>The queue has just answered.</summary>
    public void Seen(string queue)
    {
        if (_queues.TryGetValue(queue, out var entry))
        {
            Volatile.Write(ref entry.SeenAt, time.GetTimestamp());
        }
    }

    /// <summary>Asks the broker.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.Unavailable"/>: the queue is missing or nobody consumes it.</exception>
    public Task<QueueState> AskAsync(string queue)
    {
        var entry = _queues.GetOrAdd(queue, static _ => new Entry());
        lock (entry)
        {
            // Single flight: whoever comes while a probe is under way waits for that one.
            return entry.Probe is { IsCompleted: false } running ? running : entry.Probe = AskAsync(queue, entry);
        }
    }

    private async Task<QueueState> AskAsync(string queue, Entry entry)
    {
        switch (await transport.InspectAsync(queue, CancellationToken.None))
        {
            case null:
                throw MeshException.NoWorker($"No worker: there is no queue {queue}.");
            case { Consumers: 0 }:
                throw MeshException.NoWorker($"No worker: nobody listens to the queue {queue}.");
            case { } state:
                Volatile.Write(ref entry.SeenAt, time.GetTimestamp());
                return state;
        }
    }

    private sealed class Entry
    {
        public long SeenAt = long.MinValue / 2;

        public Task<QueueState>? Probe;
    }
}
