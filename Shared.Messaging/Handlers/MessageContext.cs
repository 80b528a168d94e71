using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>How a message came to its handler.</summary>
public sealed class MessageContext
{
    /// <summary>Takes progress; never blocks, the newest report wins.</summary>
    internal Action<Progress>? ProgressSink { get; init; }

    /// <summary>The queue it came from.</summary>
    public required string Queue { get; init; }

    /// <summary>The <c>task_type</c> of the body; empty where the body has none.</summary>
    public required string TaskType { get; init; }

    /// <summary>The caller's correlation id.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>When the caller stops waiting, UTC; absent = it waits forever.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whether the broker may have delivered this message before.</summary>
    public bool Redelivered { get; init; }

    /// <summary>The durable run this message executes a step of; absent for a synchronous call.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Reports progress to whoever follows the task; without effect on a call that nobody follows.</summary>
    /// <param name="percent">0 to 100.</param>
    /// <param name="message">What is being done, one line.</param>
    public void Report(double percent, string? message) =>
        ProgressSink?.Invoke(new Progress(Math.Clamp(percent, 0, 100), message));
}
