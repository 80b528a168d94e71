using System.Collections.Concurrent;
using System.Globalization;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Streaming;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>
/// All calls in flight. Each ends exactly once: by reply, return, deadline, or loss of the connection.
/// </summary>
internal sealed class PendingCalls : IDisposable
{
    // One sweep for all calls is cheaper than a timer for each; a deadline is met to within this period.
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, PendingCall> _calls = new();
    private readonly string _epoch = Guid.NewGuid().ToString("N")[..8];
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;
    private long _counter;

    public PendingCalls(TimeProvider time)
    {
        _time = time;
        _sweeper = time.CreateTimer(_ => Sweep(), null, SweepPeriod, SweepPeriod);
    }

    public (string CorrelationId, PendingCall Call) Add(string queue, TimeSpan timeout, CallFollower? follower = null)
    {
        var correlationId = string.Create(CultureInfo.InvariantCulture, $"{_epoch}-{Interlocked.Increment(ref _counter):x}");
        var now = _time.GetTimestamp();
        var call = new PendingCall(queue, now, now + Ticks(timeout), follower);
        _calls[correlationId] = call;
        return (correlationId, call);
    }

    public void Remove(string correlationId) => _calls.TryRemove(correlationId, out _);

    /// <summary>The first reply counts; a second one, as skipper-lib workers sometimes send, finds nobody.</summary>
    public void Complete(Message reply)
    {
        if (reply.CorrelationId is { } correlationId && _calls.TryRemove(correlationId, out var call))
        {
            call.TrySetResult(reply);
        }
    }

    /// <summary>Something before the reply: the call goes on.</summary>
    public void Update(Message update)
    {
        if (update.CorrelationId is { } correlationId
            && _calls.TryGetValue(correlationId, out var call)
            && call.Follower?.Receive(update) is { } error
            && _calls.TryRemove(correlationId, out _))
        {
            call.GiveUp(error);
        }
    }

    public void FailReturned(string correlationId)
    {
        if (_calls.TryRemove(correlationId, out var call))
        {
            call.TrySetException(MeshException.NoWorker($"No worker: there is no queue {call.Queue}."));
        }
    }

    public void FailAll(string reason)
    {
        foreach (var correlationId in _calls.Keys)
        {
            if (_calls.TryRemove(correlationId, out var call))
            {
                call.TrySetException(MeshException.Unavailable($"The connection to the broker was lost during the call: {reason}"));
            }
        }
    }

    /// <summary>The queues on which calls wait, with the timestamp since when the oldest does.</summary>
    public IReadOnlyDictionary<string, long> OldestByQueue()
    {
        var oldest = new Dictionary<string, long>();
        foreach (var (_, call) in _calls)
        {
            oldest[call.Queue] = Math.Min(call.Started, oldest.GetValueOrDefault(call.Queue, long.MaxValue));
        }

        return oldest;
    }

    /// <summary>Fails every call to a queue that nobody will answer.</summary>
    public void FailQueue(string queue, MeshException error)
    {
        foreach (var (correlationId, call) in _calls)
        {
            if (call.Queue == queue && _calls.TryRemove(correlationId, out _))
            {
                call.TrySetException(error);
            }
        }
    }

    public void Dispose()
    {
        _sweeper.Dispose();
        FailAll("the process stops");
    }

    private long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * _time.TimestampFrequency);

    private void Sweep()
    {
        if (_calls.IsEmpty)
        {
            return;
        }

        var now = _time.GetTimestamp();
        foreach (var (correlationId, call) in _calls)
        {
            if (call.Deadline <= now && _calls.TryRemove(correlationId, out _))
            {
                call.GiveUp(new MeshException(
                    ErrorCode.DeadlineExceeded, $"No answer from {call.Queue} before the deadline."));
            }
        }
    }
}
