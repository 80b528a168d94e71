namespace Skipper.Gateway.RunsApi;

/// <summary>A run as it is stored, without input and output, which may be large.</summary>
internal sealed record RunRow
{
    public required Guid Id { get; init; }

    public required string Workflow { get; init; }

    public int? Version { get; init; }

    public required string State { get; init; }

    public int Priority { get; init; }

    public string? Description { get; init; }

    public string? Error { get; init; }

    public string? DedupKey { get; init; }

    public Guid? RerunOf { get; init; }

    public string? Schedule { get; init; }

    public Guid? BackfillId { get; init; }

    public DateTimeOffset? Slot { get; init; }

    public long Rev { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; init; }

    public string? CancelReason { get; init; }

    public bool IsFinal => RunQuery.IsFinal(State);
}

/// <summary>How many steps of a run are in a state, and how far they are.</summary>
internal sealed record StepGroup
{
    public Guid RunId { get; init; }

    public required string State { get; init; }

    public int Count { get; init; }

    /// <summary>The sum over the steps; what has succeeded counts 100.</summary>
    public double Percent { get; init; }

    public string? Message { get; init; }
}

/// <summary>A step as it is stored; request and output only where one step is asked for.</summary>
internal sealed record StepRow
{
    public required string Step { get; init; }

    public required string Name { get; init; }

    public int? Item { get; init; }

    public required string State { get; init; }

    public required string Queue { get; init; }

    public int Priority { get; init; }

    public string? Request { get; init; }

    public string? Output { get; init; }

    public string? Error { get; init; }

    public double TimeoutSeconds { get; init; }

    public int MaxAttempts { get; init; }

    public string? ConcurrencyKey { get; init; }

    public int? ConcurrencyLimit { get; init; }

    public int Attempt { get; init; }

    public string? Worker { get; init; }

    public int FailedCount { get; init; }

    public int LostCount { get; init; }

    public int UnroutableCount { get; init; }

    public double? ProgressPercent { get; init; }

    public string? ProgressMessage { get; init; }

    public DateTimeOffset? AvailableAt { get; init; }

    public DateTimeOffset? DispatchedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>An attempt of a step.</summary>
internal sealed record AttemptRow
{
    public int Attempt { get; init; }

    /// <summary>How it ended; of the newest attempt the state of the step.</summary>
    public required string Outcome { get; init; }

    public string? Worker { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset? DispatchedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>Something that happened to a run.</summary>
internal sealed record EventRow
{
    public long Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Type { get; init; }

    public string? Step { get; init; }

    public int? Attempt { get; init; }

    public string? Data { get; init; }
}

/// <summary>A line that a step logged.</summary>
internal sealed record LogRow
{
    public int Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Level { get; init; }

    public required string Message { get; init; }
}

/// <summary>What a run answered, and how it ended.</summary>
internal sealed record ResultRow
{
    public required string State { get; init; }

    public string? Output { get; init; }

    public string? Error { get; init; }
}

/// <summary>What changes while somebody watches.</summary>
internal sealed record RunPulse
{
    public Guid Id { get; init; }

    public long Rev { get; init; }

    public double Percent { get; init; }
}
