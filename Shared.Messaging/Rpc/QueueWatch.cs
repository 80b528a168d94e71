using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>
/// Looks once a second at the queues on which calls wait: whether somebody is left to answer them (a worker may die with calls in its
/// queue), and how many messages are before them.
/// </summary>
internal sealed class QueueWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // What is answered faster than this needs no estimate.
    private static readonly TimeSpan SlowCall = TimeSpan.FromMilliseconds(100);

    private readonly PendingCalls _pending;
    private readonly WorkerProbe _probe;
    private readonly Func<string, QueueLoad> _loads;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public QueueWatch(PendingCalls pending, WorkerProbe probe, Func<string, QueueLoad> loads, TimeProvider time)
    {
        (_pending, _probe, _loads, _time) = (pending, probe, loads, time);
        _timer = time.CreateTimer(_ => _ = LookAsync(), null, Period, Period);
    }

    public void Dispose() => _timer.Dispose();

    private async Task LookAsync()
    {
        foreach (var (queue, since) in _pending.OldestByQueue())
        {
            var age = _time.GetElapsedTime(since);
            if (age < SlowCall)
            {
                continue;
            }

            try
            {
                _loads(queue).Observe((await _probe.AskAsync(queue)).Waiting);
            }
            catch (MeshException error)
            {
                // A worker that has just answered may be about to consume again.
                if (age >= Period && !_probe.HasAnsweredLately(queue))
                {
                    _pending.FailQueue(queue, error);
                }
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                // The broker does not answer; each call has its deadline.
            }
        }
    }
}
