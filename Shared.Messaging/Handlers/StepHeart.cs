using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>Keeps the lease of one attempt alive, carries its progress out, and brings cancellation in.</summary>
internal sealed class StepHeart : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _work;
    private readonly CancellationTokenSource _beating = new();
    private readonly IRpcClient _rpc;
    private readonly TimeProvider _time;
    private readonly string _attempt;
    private readonly Guid _claimId;
    private readonly TimeSpan _lease;
    private Progress? _progress;

    public StepHeart(
        IRpcClient rpc, TimeProvider time, string attempt, Guid claimId, TimeSpan lease, CancellationToken stopping)
    {
        (_rpc, _time, _attempt, _claimId, _lease) = (rpc, time, attempt, claimId, lease);
        _work = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }

    /// <summary>Cancelled when the work must stop: cancelled run, lost lease, or stopping worker.</summary>
    public CancellationToken Token => _work.Token;

    /// <summary>Another attempt counts now: this one has nothing more to say.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The run was cancelled.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Takes progress; the newest wins and leaves with the next beat.</summary>
    public void Report(Progress progress) => Volatile.Write(ref _progress, progress);

    public void Stop() => _beating.Cancel();

    /// <summary>
    /// Beats every quarter of the lease, and each second in which there is news, until <see cref="Stop"/>.
    /// </summary>
    public async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Period, _time);
        var last = _time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_beating.Token))
            {
                var progress = Interlocked.Exchange(ref _progress, null);
                if (progress is not null || _time.GetElapsedTime(last) >= _lease / 4)
                {
                    await BeatOnceAsync(progress);
                    last = _time.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException) when (_beating.IsCancellationRequested)
        {
            // Stopped: the work is done.
        }
    }

    public void Dispose()
    {
        _work.Dispose();
        _beating.Dispose();
    }

    private async Task BeatOnceAsync(Progress? progress)
    {
        try
        {
            var beat = new HeartbeatStep { Attempt = _attempt, ClaimId = _claimId, Progress = progress };
            var lease = await _rpc.CallAsync(beat, _lease / 4, _beating.Token);
            if (lease.State != "granted")
            {
                IsCancelled = lease.State == "cancel";
                IsLost = !IsCancelled;
                await _work.CancelAsync();
            }
        }
        catch (MeshException)
        {
            // No gateway now. The work goes on: if the lease was given to somebody else meanwhile, the result will not count.
            Interlocked.CompareExchange(ref _progress, progress, null);
        }
    }
}
