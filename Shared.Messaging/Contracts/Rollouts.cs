namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Splits the calls for a model between versions, or changes how. The plan replaces the one before; a lane that keeps its name and version
/// keeps its figures, and one that was rolled back begins anew.
/// </summary>
[TaskType("set_rollout", Queues.Serving, Idempotent = true)]
public sealed record SetRollout : IRequest<Rollout>
{
    /// <summary>How calls are to be split.</summary>
    public required RolloutPlan Data { get; init; }
}

/// <summary>How the calls for a model are to be split.</summary>
public sealed record RolloutPlan
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>Splits the calls that name this alias; absent = those that name neither version nor alias.</summary>
    public string? Alias { get; init; }

    /// <summary>
    /// 1 to 8. The first is the baseline: others are measured against it, and its version answers for a lane that is rolled back.
    /// </summary>
    public required IReadOnlyList<RolloutLane> Lanes { get; init; }

    /// <summary>When a lane is taken out, at most 16; absent = never.</summary>
    public IReadOnlyList<RolloutGuard>? Guards { get; init; }

    /// <summary>Share of the calls, 0 to 1, whose rows are scored a second time, to compare lanes with the baseline. Default: 1.</summary>
    public double? Compared { get; init; }

    /// <summary>
    /// By how much predictions may differ before they disagree, as a share of the larger of 1 and the baseline's prediction. Classifications
    /// disagree where their class differs. Default: 0.05.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>Who asks for it; absent = not said.</summary>
    public string? Actor { get; init; }

    /// <summary>Why; absent = not said.</summary>
    public string? Reason { get; init; }
}

/// <summary>A version that takes part in a rollout.</summary>
public sealed record RolloutLane
{
    /// <summary>Name: a lower case letter, then lower case letters, digits, <c>-</c> and <c>_</c>, at most 63 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Version number.</summary>
    public required int Version { get; init; }

    /// <summary>Its part of the calls, 0 to 1,000,000, relative to the other weights. Default: 0, none.</summary>
    public int Weight { get; init; }

    /// <summary>Whether it only scores what the baseline has answered, and never answers itself. Default: no.</summary>
    public bool Shadow { get; init; }

    /// <summary>Set by the service: number of the change since which its figures are counted.</summary>
    public int Since { get; init; }

    /// <summary>Set by the service: why it was taken out; absent = it takes part.</summary>
    public string? RolledBack { get; init; }
}

/// <summary>
/// Takes a lane out when it is surely, not by chance, beyond a limit, and worse than the baseline in the same window.
/// </summary>
public sealed record RolloutGuard
{
    /// <summary>
    /// <c>error_rate</c> (share of calls that fail or have a row refused), <c>p95_latency</c> (milliseconds in the worker) or
    /// <c>disagreement</c> (share of compared rows whose prediction differs from the baseline's).
    /// </summary>
    public required string Metric { get; init; }

    /// <summary>The limit, in the metric's unit.</summary>
    public required double Limit { get; init; }

    /// <summary>The lane it watches; absent = all but the baseline.</summary>
    public string? Lane { get; init; }

    /// <summary>Calls, or compared rows, in the window before it decides, 10 to 1,000,000. Default: 100.</summary>
    public int? MinimumCount { get; init; }

    /// <summary>How far it looks back, 1 to 60 minutes. Default: 10.</summary>
    public int? WindowMinutes { get; init; }
}

/// <summary>Ends a rollout: calls are answered again by the newest version, or by that of the alias.</summary>
[TaskType("stop_rollout", Queues.Serving, Idempotent = true)]
public sealed record StopRollout : IRequest<Rollout>
{
    /// <summary>Which one.</summary>
    public required Stop Data { get; init; }

    /// <summary>A rollout to end.</summary>
    public sealed record Stop
    {
        /// <summary>Model name.</summary>
        public required string Model { get; init; }

        /// <summary>Who asks for it; absent = not said.</summary>
        public string? Actor { get; init; }

        /// <summary>Why; absent = not said.</summary>
        public string? Reason { get; init; }
    }
}

/// <summary>A rollout as one of its changes left it.</summary>
public sealed record Rollout
{
    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>How many changes the rollouts of this model have had, this one included.</summary>
    public required int Number { get; init; }

    /// <summary>What was done: <c>started</c>, <c>changed</c>, <c>rolled_back</c> or <c>stopped</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The change it was started with: as long as it is the same, so is the lane of a sticky key.</summary>
    public required int Started { get; init; }

    /// <summary>The alias whose calls it splits; absent = calls that name neither version nor alias.</summary>
    public string? Alias { get; init; }

    /// <summary>The lanes, the baseline first.</summary>
    public required IReadOnlyList<RolloutLane> Lanes { get; init; }

    /// <summary>When a lane is taken out.</summary>
    public required IReadOnlyList<RolloutGuard> Guards { get; init; }

    /// <summary>Share of the calls that are scored a second time to compare.</summary>
    public required double Compared { get; init; }

    /// <summary>By how much predictions may differ before they disagree.</summary>
    public required double Tolerance { get; init; }

    /// <summary>When this change was made, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Who asked for it, <c>guard</c> where a guard did; absent = not said.</summary>
    public string? Actor { get; init; }

    /// <summary>Why; absent = not said.</summary>
    public string? Reason { get; init; }
}

/// <summary>A rollout is not what it was.</summary>
public sealed record RolloutChanged
{
    /// <summary>What it is now.</summary>
    public required Rollout Rollout { get; init; }
}
