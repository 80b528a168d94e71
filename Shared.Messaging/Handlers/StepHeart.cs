using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.StepLogs;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>Keeps the lease of one attempt alive, carries its progress and its log out, and brings cancellation in.</summary>
internal sealed class StepHeart : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _work;
    private readonly CancellationTokenSource _beating = new();
    private readonly IRpcClient _rpc;
    private readonly TimeProvider _time;
    private readonly string _attempt;
    private readonly Guid _claimId;
    private readonly TimeSpan _lease;
    private readonly StepLog _log = new();
    private Progress? _progress;

    public StepHeart(
        IRpcClient rpc, TimeProvider time, string attempt, Guid claimId, TimeSpan lease, CancellationToken stopping)
    {
        (_rpc, _time, _attempt, _claimId, _lease) = (rpc, time, attempt, claimId, lease);
        _work = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }

    /// <summary>Cancelled when the work must stop: cancelled run, lost lease, or stopping worker.</summary>
    public CancellationToken Token => _work.Token;

    /// <summary>What the handler logs.</summary>
    public StepLog Log => _log;

    /// <summary>Another attempt counts now: this one has nothing more to say.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The run was cancelled.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Takes progress; the newest wins and leaves with the next beat.</summary>
    public void Report(Progress progress) => Volatile.Write(ref _progress, progress);

    public void Stop() => _beating.Cancel();

    /// <summary>
    /// Sends the lines that are left when the work is done, as long as the gateway takes them: without the last ones a failure is hard to
    /// understand, but no result waits for a gateway that is away.
    /// </summary>
    public async Task SendLogAsync()
    {
        var timeout = Shorter(_lease / 4, LongestFarewell);
        while (!IsLost && _log.Next() is { } lines && await BeatOnceAsync(null, lines, timeout, CancellationToken.None))
        {
        }
    }

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
                var lines = _log.Next();
                if (progress is not null || lines is not null || _time.GetElapsedTime(last) >= _lease / 4)
                {
                    await BeatOnceAsync(progress, lines, _lease / 4, _beating.Token);
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

    /// <summary>Whether the gateway took it.</summary>
    private async Task<bool> BeatOnceAsync(
        Progress? progress, IReadOnlyList<StepLogLine>? lines, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var beat = new HeartbeatStep { Attempt = _attempt, ClaimId = _claimId, Progress = progress, Logs = lines };
            var lease = await _rpc.CallAsync(beat, timeout, cancellationToken);
            _log.Sent();
            if (lease.State != "granted")
            {
                IsCancelled = lease.State == "cancel";
                IsLost = !IsCancelled;
                await _work.CancelAsync();
            }

            return true;
        }
        catch (MeshException)
        {
            // No gateway now. The work goes on: if the lease was given to somebody else meanwhile, the result will not count.
            Interlocked.CompareExchange(ref _progress, progress, null);
            return false;
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
