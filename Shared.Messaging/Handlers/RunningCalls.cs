using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>
/// The calls that this process works on. Each is canceled when its caller gave it up, or is gone together with its reply queue.
/// </summary>
internal sealed class RunningCalls : IDisposable
{
    // A caller that dies tells nobody; work that has run for a while is worth the question whether somebody still waits for it.
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    // One sweep for all is cheaper than a timer for each; a deadline is met to within this period.
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<CallId, RunningCall> _running = new();
    private readonly AbandonedCalls _abandoned = new();
    private readonly ITransport _transport;
    private readonly TimeProvider _time;
    private readonly ITimer? _watch;
    private readonly ITimer? _sweeper;
    private int _watching;

    public RunningCalls(ITransport transport, HandlerRegistry handlers, TimeProvider time)
    {
        (_transport, _time) = (transport, time);
        if (handlers.Queues.Any())
        {
            transport.Abandoned = Abandon;
            _watch = time.CreateTimer(_ => _ = WatchAsync(), null, WatchPeriod, WatchPeriod);
            _sweeper = time.CreateTimer(_ => Sweep(), null, SweepPeriod, SweepPeriod);
        }
    }

    /// <summary>Begins the work on a message; disposing what it returns ends it.</summary>
    /// <param name="message">The message; one that nobody waits for cannot be given up.</param>
    /// <param name="remaining">How long its caller will wait; absent = forever.</param>
    /// <param name="stopping">Cancels the work for a reason of the worker's own.</param>
    public RunningCall Begin(Message message, TimeSpan? remaining, CancellationToken stopping)
    {
        if (message is not { ReplyTo: { } replyTo, CorrelationId: { } correlationId })
        {
            return RunningCall.Alone(this, _time, remaining, stopping);
        }

        var id = new CallId(replyTo, correlationId);
        var started = _time.GetTimestamp();
        var deadline = remaining is { } duration && duration < RunningCall.Forever
            ? started + (long)(duration.TotalSeconds * _time.TimestampFrequency)
            : long.MaxValue;
        var call = new RunningCall(this, id, started, deadline, stopping);
        if (!_running.TryAdd(id, call))
        {
            // Delivered again while it is still being worked on.
            call.Dispose();
            return RunningCall.Alone(this, _time, remaining, stopping);
        }

        // Looked up after the entry was made, so that a call given up in between is found here or there.
        if (_abandoned.Contains(id))
        {
            call.Abandon();
        }

        return call;
    }

    public void End(RunningCall call)
    {
        if (call.Id.ReplyTo is not null)
        {
            _running.TryRemove(KeyValuePair.Create(call.Id, call));
        }
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _sweeper?.Dispose();
    }

    private void Sweep()
    {
        if (_running.IsEmpty)
        {
            return;
        }

        var now = _time.GetTimestamp();
        foreach (var (_, call) in _running)
        {
            if (call.Deadline <= now)
            {
                call.Cancel();
            }
        }
    }

    private void Abandon(CallId id)
    {
        // Its request may still wait in the queue, or be on its way to the handler.
        _abandoned.Add(id);
        if (_running.TryGetValue(id, out var call))
        {
            call.Abandon();
        }
    }

    private async Task WatchAsync()
    {
        if (_running.IsEmpty || Interlocked.Exchange(ref _watching, 1) == 1)
        {
            return;
        }

        try
        {
            var callers = _running.Values
                .Where(call => _time.GetElapsedTime(call.Started) >= WatchPeriod).ToLookup(call => call.Id.ReplyTo);
            foreach (var calls in callers)
            {
                if (await _transport.InspectAsync(calls.Key, CancellationToken.None) is null)
                {
                    foreach (var call in calls)
                    {
                        call.Abandon();
                    }
                }
            }
        }
        catch (Exception exception) when (exception is MeshException or TimeoutException or OperationCanceledException)
        {
            // No broker to ask: the next round asks again.
        }
        finally
        {
            Volatile.Write(ref _watching, 0);
        }
    }
}
