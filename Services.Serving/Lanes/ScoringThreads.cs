using System.Collections.Concurrent;

namespace Skipper.Services.Serving.Lanes;

/// <summary>
/// The few threads of the process that run engines, made when first needed. Threads of their own, because an engine keeps native memory
/// for every thread and model that ever met: on the thread pool that grows with each reload.
/// </summary>
internal sealed class ScoringThreads(int count) : IScoringThreads, IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private int _started;

    /// <summary>Those of all models.</summary>
    public static ScoringThreads Shared { get; } = new(Math.Clamp(Environment.ProcessorCount, 1, 4));

    public int Count => count;

    public void Queue(Action work)
    {
        if (Volatile.Read(ref _started) == 0 && Interlocked.Exchange(ref _started, 1) == 0)
        {
            for (var i = 0; i < count; i++)
            {
                new Thread(Run) { IsBackground = true, Name = $"scoring {i + 1}" }.Start();
            }
        }

        _work.Add(work);
    }

    /// <summary>Ends the threads when what was queued is done.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
