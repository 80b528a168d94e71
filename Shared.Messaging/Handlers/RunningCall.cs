using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>The work on one call, with the token that ends it: deadline, caller gone, or worker stopping.</summary>
internal sealed class RunningCall : IDisposable
{
    /// <summary>The longest that a timer can be set to: beyond it, there is no deadline.</summary>
    public static readonly TimeSpan Forever = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly RunningCalls _owner;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _stopping;
    private volatile bool _isAbandoned;

    /// <param name="owner">Knows it until it is disposed.</param>
    /// <param name="id">Which call it is.</param>
    /// <param name="started">Now: a timestamp of the <see cref="TimeProvider"/>.</param>
    /// <param name="deadline">When its caller stops waiting, likewise; who made it watches that.</param>
    /// <param name="stopping">Cancels the work for a reason of the worker's own.</param>
    public RunningCall(RunningCalls owner, CallId id, long started, long deadline, CancellationToken stopping)
        : this(owner, id, started, deadline, new CancellationTokenSource(), stopping)
    {
    }

    private RunningCall(
        RunningCalls owner, CallId id, long started, long deadline, CancellationTokenSource source, CancellationToken stopping)
    {
        (_owner, Id, Started, Deadline, _source) = (owner, id, started, deadline, source);
        _stopping = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
    }

    public CallId Id { get; }

    /// <summary>A timestamp of the <see cref="TimeProvider"/>.</summary>
    public long Started { get; }

    /// <summary>A timestamp of the <see cref="TimeProvider"/>.</summary>
    public long Deadline { get; }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether nobody waits for the answer any more.</summary>
    public bool IsAbandoned => _isAbandoned;

    /// <summary>Work that nobody but its own timer can end.</summary>
    public static RunningCall Alone(RunningCalls owner, TimeProvider time, TimeSpan? remaining, CancellationToken stopping) => new(
        owner,
        default,
        time.GetTimestamp(),
        long.MaxValue,
        remaining is { } duration && duration < Forever
            ? new CancellationTokenSource(duration, time)
            : new CancellationTokenSource(),
        stopping);

    /// <summary>Nobody waits for the answer any more.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        Cancel();
    }

    /// <summary>Cancels the work, without running its callbacks here.</summary>
    public void Cancel()
    {
        try
        {
            _ = _source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The work has just ended by itself.
        }
    }

    public void ThrowIfAbandoned()
    {
        if (_isAbandoned)
        {
            throw new OperationCanceledException();
        }
    }

    public void Dispose()
    {
        _owner.End(this);
        _stopping.Dispose();
        _source.Dispose();
    }
}
