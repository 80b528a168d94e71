using System.Threading.Channels;

namespace Skipper.Gateway.RunsApi;

/// <summary>One client that waits for changes of a run. A change between two waits ends the second at once.</summary>
internal sealed class RunWatch(Guid runId, Action<RunWatch> end, TimeProvider time) : IDisposable
{
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Guid RunId => runId;

    public void Set() => _changed.Writer.TryWrite(true);

    /// <summary>Returns whether something changed since the last call, or within a time.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (_changed.Reader.TryRead(out _))
        {
            return true;
        }

        using var patience = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await _changed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => end(this);
}
