namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// A worker asks for the right to execute an attempt of a step. Asking again with the same claim id is granted again.
/// </summary>
[TaskType("claim_step", Queues.Control)]
public sealed record ClaimStep : IRequest<StepLease>
{
    /// <summary>Which attempt: the correlation id of the dispatched message.</summary>
    public required string Attempt { get; init; }

    /// <summary>Made by the worker; with <see cref="Attempt"/> it is the fencing token of all that follows.</summary>
    public required Guid ClaimId { get; init; }

    /// <summary>Name of the worker, for people.</summary>
    public required string Worker { get; init; }
}

/// <summary>A sign of life of an executing worker, with what it has achieved so far.</summary>
[TaskType("heartbeat_step", Queues.Control)]
public sealed record HeartbeatStep : IRequest<StepLease>
{
    /// <summary>Which attempt.</summary>
    public required string Attempt { get; init; }

    /// <summary>The claim under which it is executed.</summary>
    public required Guid ClaimId { get; init; }

    /// <summary>The newest progress; absent = nothing new.</summary>
    public Progress? Progress { get; init; }

    /// <summary>What the handler has logged since, in order; lines may come again. Absent = nothing new.</summary>
    public IReadOnlyList<StepLogLine>? Logs { get; init; }
}

/// <summary>How far a task is.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Message">What is being done, one line.</param>
public sealed record Progress(double Percent, string? Message);

/// <summary>What a handler logged in one attempt of a step.</summary>
public sealed record StepLogLine
{
    /// <summary>
    /// Counts the lines of an attempt from 1, so that a line that comes twice is known; where some are missing they were dropped.
    /// </summary>
    public required int Seq { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>information</c>, <c>warning</c>, <c>error</c> or <c>critical</c>.</summary>
    public required string Level { get; init; }

    /// <summary>At most 4 KiB of text, exception included.</summary>
    public required string Message { get; init; }
}

/// <summary>The answer to a claim or heartbeat.</summary>
public sealed record StepLease
{
    /// <summary>
    /// <c>granted</c>, <c>cancel</c> (stop, the run was cancelled) or <c>lost</c> (stop, another attempt counts).
    /// </summary>
    public required string State { get; init; }

    /// <summary>How long the lease lasts without a heartbeat, in seconds.</summary>
    public double LeaseSeconds { get; init; }
}
