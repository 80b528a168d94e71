using System.Collections.Concurrent;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Tests.Faults.Suite;

/// <summary>A call of the load.</summary>
internal sealed record Work
{
    /// <summary>Which one; the answer has the same.</summary>
    public required long Number { get; init; }

    /// <summary>How long the work takes. Milliseconds.</summary>
    public required int Takes { get; init; }
}

/// <summary>Which of the workers a host is.</summary>
internal sealed record WorkerName(string Value);

/// <summary>How often each call was worked on, and by whom.</summary>
internal sealed class RunCounter
{
    private readonly ConcurrentDictionary<long, int> _runs = new();
    private readonly ConcurrentDictionary<string, int> _byWorker = new();

    /// <summary>Calls that were worked on more than once, as at-least-once delivery may have it.</summary>
    public int Repeated => _runs.Values.Count(runs => runs > 1);

    /// <summary>How much each worker has done.</summary>
    public IReadOnlyDictionary<string, int> ByWorker => _byWorker;

    public void Count(long number, WorkerName worker)
    {
        _runs.AddOrUpdate(number, 1, (_, runs) => runs + 1);
        _byWorker.AddOrUpdate(worker.Value, 1, (_, runs) => runs + 1);
    }
}

internal sealed class WorkHandler(RunCounter runs, WorkerName worker, TimeProvider time) : IMessageHandler<Work, Work>
{
    public async Task<Work> HandleAsync(Work message, MessageContext context, CancellationToken cancellationToken)
    {
        runs.Count(message.Number, worker);
        await Task.Delay(TimeSpan.FromMilliseconds(message.Takes), time, cancellationToken);
        return message;
    }
}
