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

/// <summary>How often each call was worked on.</summary>
internal sealed class RunCounter
{
    private readonly ConcurrentDictionary<long, int> _runs = new();

    /// <summary>Calls that were worked on more than once, as at-least-once delivery may have it.</summary>
    public int Repeated => _runs.Values.Count(runs => runs > 1);

    public void Count(long number) => _runs.AddOrUpdate(number, 1, (_, runs) => runs + 1);
}

internal sealed class WorkHandler(RunCounter runs, TimeProvider time) : IMessageHandler<Work, Work>
{
    public async Task<Work> HandleAsync(Work message, MessageContext context, CancellationToken cancellationToken)
    {
        runs.Count(message.Number);
        await Task.Delay(TimeSpan.FromMilliseconds(message.Takes), time, cancellationToken);
        return message;
    }
}
