using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Backfills;

/// <summary>Runs of a workflow for the slots of a range of time, a few at a time, oldest slot first.</summary>
internal sealed record Backfill
{
    /// <summary>After the runs that people and schedules wait for.</summary>
    private const int Priority = 2;

    public Guid Id { get; init; }

    public required string Workflow { get; init; }

    public int Version { get; init; }

    public DateTimeOffset SlotFrom { get; init; }

    /// <summary>The first time after the range.</summary>
    public DateTimeOffset SlotTo { get; init; }

    /// <summary>How far slots are apart, see <see cref="BackfillSlots"/>.</summary>
    public required string Every { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>How many of its runs may be unfinished.</summary>
    public int MaxParallel { get; init; }

    /// <summary>One of <see cref="ExistingPolicy"/>.</summary>
    public required string OnExisting { get; init; }

    /// <summary>One of <see cref="BackfillState"/>.</summary>
    public required string State { get; init; }

    /// <summary>Why it is paused.</summary>
    public string? PausedReason { get; init; }

    /// <summary>The first slot that is not decided; absent = all are.</summary>
    public DateTimeOffset? NextSlot { get; init; }

    /// <summary>A JSON object; absent = no inputs.</summary>
    public string? Input { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How many of its runs are unfinished.</summary>
    public int Unfinished { get; init; }

    public RunLaunch Launch(DateTimeOffset slot) => new()
    {
        Workflow = Workflow,
        Version = Version,
        Input = Input,
        Priority = Priority,
        BackfillId = Id,
        Slot = slot,
    };
}

/// <summary>States of a backfill; the last two are final.</summary>
internal static class BackfillState
{
    public const string Running = "running";
    public const string Paused = "paused";
    public const string Finished = "finished";
    public const string Cancelled = "cancelled";
}

/// <summary>
/// What a backfill does for a slot that has a run of the workflow already. One that succeeded or goes on is enough, always.
/// </summary>
internal static class ExistingPolicy
{
    /// <summary>Nothing, however the run ended.</summary>
    public const string Skip = "skip";

    /// <summary>Starts another where it did not succeed.</summary>
    public const string RerunFailed = "rerun_failed";

    public static readonly string[] All = [Skip, RerunFailed];
}
