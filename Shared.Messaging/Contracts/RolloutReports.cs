namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks for the rollout of a model that is under way, with figures of all workers.</summary>
[TaskType("find_rollout", Queues.Serving, Idempotent = true)]
public sealed record FindRollout : IRequest<RolloutReport>
{
    /// <summary>Which model.</summary>
    public required RolloutName Data { get; init; }
}

/// <summary>Asks for all changes of the rollouts of a model.</summary>
[TaskType("list_rollout_changes", Queues.Serving, Idempotent = true)]
public sealed record ListRolloutChanges : IRequest<RolloutHistory>
{
    /// <summary>Which model.</summary>
    public required RolloutName Data { get; init; }
}

/// <summary>Names the rollout of a model.</summary>
public sealed record RolloutName
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }
}

/// <summary>What was done to the rollouts of a model.</summary>
public sealed record RolloutHistory
{
    /// <summary>The newest first, at most 200.</summary>
    public required IReadOnlyList<Rollout> Changes { get; init; }
}

/// <summary>A rollout and how its lanes do.</summary>
public sealed record RolloutReport
{
    /// <summary>The rollout.</summary>
    public required Rollout Rollout { get; init; }

    /// <summary>Figures by lane, in the order of the rollout.</summary>
    public required IReadOnlyList<LaneReport> Lanes { get; init; }

    /// <summary>What the guards see now, one for each guard and lane that it watches.</summary>
    public required IReadOnlyList<GuardCheck> Guards { get; init; }
}

/// <summary>How a lane does, since the change that is named by <see cref="RolloutLane.Since"/>.</summary>
public sealed record LaneReport
{
    /// <summary>Name of the lane.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public required int Version { get; init; }

    /// <summary>Calls that it answered or failed; of a shadow those that it scored.</summary>
    public required long Calls { get; init; }

    /// <summary>Of these, calls that failed or had a row refused.</summary>
    public required long Errors { get; init; }

    /// <summary>Errors by code.</summary>
    public required IReadOnlyDictionary<string, long> Codes { get; init; }

    /// <summary>Calls that the baseline answered instead, because a worker could not load the version.</summary>
    public required long NotLoaded { get; init; }

    /// <summary>Half of the calls took at most this, milliseconds, to within 10 %; absent = no call.</summary>
    public double? P50Milliseconds { get; init; }

    /// <summary>95 % of the calls took at most this, milliseconds, to within 10 %; absent = no call.</summary>
    public double? P95Milliseconds { get; init; }

    /// <summary>Rows that were compared with the baseline.</summary>
    public required long Compared { get; init; }

    /// <summary>Of these, rows whose predictions disagreed, or that only one of the two refused.</summary>
    public required long Disagreed { get; init; }

    /// <summary>Rows that were to be compared and were not, because comparing fell behind.</summary>
    public required long Dropped { get; init; }

    /// <summary>How far predictions were from the baseline's, by output.</summary>
    public required IReadOnlyDictionary<string, PredictionDifference> Differences { get; init; }
}

/// <summary>How far the predictions of a lane are from the baseline's for the same rows: the lane's minus the baseline's.</summary>
public sealed record PredictionDifference
{
    /// <summary>Mean difference, in the output's unit.</summary>
    public required double Mean { get; init; }

    /// <summary>Mean size of the difference.</summary>
    public required double MeanAbsolute { get; init; }

    /// <summary>Root of the mean squared difference.</summary>
    public required double RootMeanSquare { get; init; }

    /// <summary>Size of the largest difference.</summary>
    public required double Largest { get; init; }

    /// <summary>The request with the largest difference.</summary>
    public string? LargestRequest { get; init; }
}

/// <summary>What a guard sees.</summary>
public sealed record GuardCheck
{
    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>The lane.</summary>
    public required string Lane { get; init; }

    /// <summary><c>waiting</c> for enough calls, <c>passed</c> or <c>broken</c>.</summary>
    public required string State { get; init; }

    /// <summary>The same in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Calls or rows in the window.</summary>
    public required long Count { get; init; }

    /// <summary>Value of the lane, in the metric's unit; absent = nothing in the window.</summary>
    public double? Value { get; init; }

    /// <summary>Value of the baseline in the same window; absent = nothing in the window, or not defined.</summary>
    public double? Baseline { get; init; }
}
