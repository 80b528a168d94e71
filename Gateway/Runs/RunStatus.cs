namespace Skipper.Gateway.Runs;

/// <summary>What the status answer needs to know about a run.</summary>
internal sealed record RunStatus
{
    public required Guid Id { get; init; }

    public required string TaskType { get; init; }

    public required string State { get; init; }

    public string? Output { get; init; }

    public string? Error { get; init; }

    public double? ProgressPercent { get; init; }

    public string? ProgressMessage { get; init; }

    /// <summary>Absent for workflows, as are the other properties of a step.</summary>
    public string? Queue { get; init; }

    public string? StepState { get; init; }

    public int Attempt { get; init; }

    /// <summary>How often the queue turned out not to exist.</summary>
    public int UnroutableCount { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The status of a workflow: progress is the mean over its steps.</summary>
    public RunStatus With(StepCounts? steps) => steps is not { Total: > 0 }
        ? this
        : this with
        {
            ProgressPercent = ((100.0 * steps.Finished) + steps.RunningPercent) / steps.Total,
            ProgressMessage = $"{steps.Finished} of {steps.Total} steps have ended",
        };
}

/// <summary>How many steps a run has.</summary>
internal sealed record StepCounts
{
    public int Total { get; init; }

    public int Finished { get; init; }

    /// <summary>The sum over the running ones.</summary>
    public double RunningPercent { get; init; }
}
