namespace Skipper.Gateway.RunsApi;

/// <summary>A step over HTTP.</summary>
internal sealed record StepReply
{
    public required string Step { get; init; }

    public required string Name { get; init; }

    public int? Item { get; init; }

    public required string State { get; init; }

    public required string Queue { get; init; }

    public int Attempt { get; init; }

    public int MaxAttempts { get; init; }

    public double TimeoutSeconds { get; init; }

    public int FailedCount { get; init; }

    public int LostCount { get; init; }

    public string? ConcurrencyKey { get; init; }

    public int? ConcurrencyLimit { get; init; }

    public string? Worker { get; init; }

    public ProgressReply? Progress { get; init; }

    /// <summary>Where it is queued: not sent before this time.</summary>
    public DateTimeOffset? AvailableAt { get; init; }

    public DateTimeOffset? DispatchedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public double? DurationSeconds { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    public JsonText? Error { get; init; }

    public JsonText? Request { get; init; }

    public JsonText? Output { get; init; }

    public static StepReply Of(StepRow step, DateTimeOffset now) => new()
    {
        Step = step.Step,
        Name = step.Name,
        Item = step.Item,
        State = step.State,
        Queue = step.Queue,
        Attempt = step.Attempt,
        MaxAttempts = step.MaxAttempts,
        TimeoutSeconds = step.TimeoutSeconds,
        FailedCount = step.FailedCount,
        LostCount = step.LostCount,
        ConcurrencyKey = step.ConcurrencyKey,
        ConcurrencyLimit = step.ConcurrencyLimit,
        Worker = step.Worker,
        Progress = step.ProgressPercent is null && step.ProgressMessage is null
            ? null
            : new ProgressReply(step.ProgressPercent ?? 0, step.ProgressMessage),
        AvailableAt = step.State == Runs.StepState.Queued ? step.AvailableAt : null,
        DispatchedAt = step.DispatchedAt,
        StartedAt = step.StartedAt,
        FinishedAt = step.FinishedAt,
        DurationSeconds = RunReply.Seconds(step.StartedAt, step.FinishedAt, now),
        DeadlineAt = step.DeadlineAt,
        Error = JsonText.Of(step.Error),
        Request = JsonText.Of(step.Request),
        Output = JsonText.Of(step.Output),
    };
}

/// <summary>An attempt over HTTP.</summary>
internal sealed record AttemptReply
{
    public int Attempt { get; init; }

    public required string Outcome { get; init; }

    public string? Worker { get; init; }

    public DateTimeOffset? DispatchedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public double? DurationSeconds { get; init; }

    public JsonText? Error { get; init; }

    public static AttemptReply Of(AttemptRow attempt, DateTimeOffset now) => new()
    {
        Attempt = attempt.Attempt,
        Outcome = attempt.Outcome,
        Worker = attempt.Worker,
        DispatchedAt = attempt.DispatchedAt,
        StartedAt = attempt.StartedAt,
        FinishedAt = attempt.FinishedAt,
        DurationSeconds = RunReply.Seconds(attempt.StartedAt, attempt.FinishedAt, now),
        Error = JsonText.Of(attempt.Error),
    };
}
