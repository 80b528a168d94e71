using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>
/// Knows whether somebody listens to a queue. A queue that has answered, or was asked about, within the last second is not asked
/// about again, so a busy queue costs nothing and a dead one is noticed within a second.
/// </summary>
internal sealed class WorkerProbe(ITransport transport, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Entry> _queues = new();

    /// <summary>Completes when the queue has a worker.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.Unavailable"/>: the queue is missing or nobody consumes it.</exception>
    public ValueTask RequireWorkerAsync(string queue, CancellationToken cancellationToken)
    {
        var entry = _queues.GetOrAdd(queue, static _ => new Entry());
        return time.GetElapsedTime(Volatile.Read(ref entry.SeenAt)) < Freshness
            ? default
            : new ValueTask(ProbeAsync(queue, entry).WaitAsync(cancellationToken));
    }

    /// <summary>The queue has just answered.</summary>
    public void Seen(string queue)
    {
        if (_queues.TryGetValue(queue, out var entry))
        {
            Volatile.Write(ref entry.SeenAt, time.GetTimestamp());
        }
    }

    private Task ProbeAsync(string queue, Entry entry)
    {
        lock (entry)
        {
            // Single flight: whoever comes while a probe is under way waits for that one.
            return entry.Probe is { IsCompleted: false } running ? running : entry.Probe = AskAsync(queue, entry);
        }
    }

    private async Task AskAsync(string queue, Entry entry)
    {
        switch (await transport.CountConsumersAsync(queue, CancellationToken.None))
        {
            case null:
                throw MeshException.Unavailable($"No worker: there is no queue {queue}.");
            case 0:
                throw MeshException.Unavailable($"No worker: nobody listens to the queue {queue}.");
            default:
                Volatile.Write(ref entry.SeenAt, time.GetTimestamp());
                break;
        }
    }

    private sealed class Entry
    {
        public long SeenAt = long.MinValue / 2;

        public Task? Probe;
    }
}
