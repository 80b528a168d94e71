using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>The work on one call, with the token that ends it: deadline, caller gone, or worker stopping.</summary>
internal sealed class RunningCall : IDisposable
{
    // The longest that a timer can be set to.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly RunningCalls _owner;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _stopping;
    private volatile bool _isAbandoned;

    public RunningCall(
        RunningCalls owner, CallId id, TimeProvider time, TimeSpan? remaining, CancellationToken stopping)
    {
        (_owner, Id, Started) = (owner, id, time.GetTimestamp());
        _source = remaining is { } duration && duration < LongestTimer
            ? new CancellationTokenSource(duration, time)
            : new CancellationTokenSource();
        _stopping = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CallId Id { get; }

    /// <summary>A timestamp of the <see cref="TimeProvider"/>.</summary>
    public long Started { get; }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether nobody waits for the answer any more.</summary>
    public bool IsAbandoned => _isAbandoned;

    /// <summary>Cancels the work, without running its callbacks here.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
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
