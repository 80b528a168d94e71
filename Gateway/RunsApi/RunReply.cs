namespace Skipper.Gateway.RunsApi;

/// <summary>A run over HTTP.</summary>
internal sealed record RunReply
{
    public required Guid Id { get; init; }

    public required string Workflow { get; init; }

    public int? Version { get; init; }

    public required string State { get; init; }

    public long Rev { get; init; }

    public int Priority { get; init; }

    public string? Description { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>From the first claim to the end, or to now.</summary>
    public double? DurationSeconds { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; init; }

    public string? CancelReason { get; init; }

    public string? DedupKey { get; init; }

    public Guid? RerunOf { get; init; }

    public string? Schedule { get; init; }

    public Guid? BackfillId { get; init; }

    public DateTimeOffset? Slot { get; init; }

    public JsonText? Error { get; init; }

    public ProgressReply? Progress { get; init; }

    /// <summary>How many steps are in each state.</summary>
    public IReadOnlyDictionary<string, int>? StepCounts { get; init; }

    public required IReadOnlyDictionary<string, string> Links { get; init; }

    public static RunReply Of(RunRow run, RunLinks links, DateTimeOffset now) => new()
    {
        Id = run.Id,
        Workflow = run.Workflow,
        Version = run.Version,
        State = run.State,
        Rev = run.Rev,
        Priority = run.Priority,
        Description = run.Description,
        CreatedAt = run.CreatedAt,
        StartedAt = run.StartedAt,
        FinishedAt = run.FinishedAt,
        DurationSeconds = Seconds(run.StartedAt, run.FinishedAt, now),
        DeadlineAt = run.DeadlineAt,
        CancelRequestedAt = run.CancelRequestedAt,
        CancelReason = run.CancelReason,
        DedupKey = run.DedupKey,
        RerunOf = run.RerunOf,
        Schedule = run.Schedule,
        BackfillId = run.BackfillId,
        Slot = run.Slot,
        Error = JsonText.Of(run.Error),
        Links = links.Of(run),
    };

    public static RunReply Of(RunRow run, IReadOnlyList<StepGroup> steps, RunLinks links, DateTimeOffset now) =>
        Of(run, links, now) with
        {
            Progress = ProgressReply.Of(run, steps),
            StepCounts = steps.ToDictionary(group => group.State, group => group.Count),
        };

    /// <summary>Null where it has not begun.</summary>
    public static double? Seconds(DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now) =>
        from is { } start ? Math.Round(Math.Max(0, ((to ?? now) - start).TotalSeconds), 3) : null;
}

/// <summary>How far a run or step is.</summary>
/// <param name="Percent">The mean over the steps; what has succeeded counts 100.</param>
/// <param name="Message">What the worker says, where one step is running.</param>
internal sealed record ProgressReply(double Percent, string? Message)
{
    public static ProgressReply Of(RunRow run, IReadOnlyList<StepGroup> steps) => new(
        run.State == Runs.RunState.Succeeded
            ? 100
            : Math.Round(steps.Sum(group => group.Percent) / Math.Max(1, steps.Sum(group => group.Count)), 1),
        steps.FirstOrDefault(group => group is { State: Runs.StepState.Running, Count: 1 })?.Message);
}
