using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Backfills;

/// <summary>A run of the workflow of a backfill.</summary>
internal sealed record SlotRun
{
    public Guid Id { get; init; }

    public DateTimeOffset Slot { get; init; }

    public required string State { get; init; }

    public Guid? BackfillId { get; init; }
}

/// <summary>What a backfill does for a slot.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Action"><c>run</c>, <c>rerun</c> or <c>skip</c>.</param>
/// <param name="RunId">The run that is there already; absent = there is none.</param>
/// <param name="RunState">Its state.</param>
internal sealed record PlannedSlot(DateTimeOffset Slot, string Action, Guid? RunId, string? RunState)
{
    public const string Run = "run";
    public const string Rerun = "rerun";
    public const string Skip = "skip";
}

/// <summary>Decides what a backfill does.</summary>
internal static class BackfillPlan
{
    /// <param name="backfill">The backfill.</param>
    /// <param name="slots">Its slots.</param>
    /// <param name="runs">
    /// Runs of the same workflow for these slots. The backfill's own count for nothing: starting them again is harmless, while
    /// gateways that work side by side must agree which slot is next.
    /// </param>
    public static IReadOnlyList<PlannedSlot> Of(Backfill backfill, IReadOnlyList<DateTimeOffset> slots, IEnumerable<SlotRun> runs)
    {
        var best = runs.Where(run => run.BackfillId != backfill.Id)
            .GroupBy(run => run.Slot)
            .ToDictionary(group => group.Key, group => group.MaxBy(run => (Worth(run.State), run.Id))!);
        return [.. slots.Select(slot => best.TryGetValue(slot, out var run)
            ? new PlannedSlot(slot, Action(backfill.OnExisting, run.State), run.Id, run.State)
            : new PlannedSlot(slot, PlannedSlot.Run, null, null))];
    }

    private static string Action(string onExisting, string state) =>
        Worth(state) == 0 && onExisting == ExistingPolicy.RerunFailed ? PlannedSlot.Rerun : PlannedSlot.Skip;

    private static int Worth(string state) => state switch
    {
        RunState.Succeeded => 2,
        RunState.Accepted or RunState.Running => 1,
        _ => 0,
    };
}
