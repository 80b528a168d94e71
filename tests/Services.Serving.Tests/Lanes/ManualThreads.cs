using Skipper.Services.Serving.Lanes;

namespace Skipper.Services.Serving.Tests.Lanes;

/// <summary>Scoring threads that run when the test says so, on its own thread.</summary>
internal sealed class ManualThreads(int count) : IScoringThreads
{
    private readonly Queue<Action> _work = new();

    public int Count => count;

    public int Waiting => _work.Count;

    public void Queue(Action work) => _work.Enqueue(work);

    public void RunOne() => _work.Dequeue()();

    public void RunAll()
    {
        while (_work.Count > 0)
        {
            RunOne();
        }
    }
}
