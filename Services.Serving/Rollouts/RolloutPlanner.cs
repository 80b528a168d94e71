using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>Computes what a rollout is after a change.</summary>
internal static class RolloutPlanner
{
    /// <summary>The rollout that a checked plan makes of the one before; null = it is that already.</summary>
    public static Rollout? Apply(RolloutPlan plan, Rollout? before, DateTimeOffset now)
    {
        var running = before?.Kind == RolloutTable.Stopped ? null : before;
        var number = (before?.Number ?? 0) + 1;
        var next = new Rollout
        {
            Model = plan.Model,
            Number = number,
            Kind = running is null ? "started" : "changed",
            Started = running?.Started ?? number,
            Alias = plan.Alias,
            Lanes = [.. plan.Lanes.Select(lane => Lane(lane, running, number))],
            Guards = plan.Guards ?? [],
            Compared = plan.Compared ?? 1,
            Tolerance = plan.Tolerance ?? 0.05,
            ChangedAt = now,
            Actor = plan.Actor,
            Reason = plan.Reason,
        };
        return running is not null && IsSame(running, next) ? null : next;
    }

    /// <summary>The same rollout without some of its lanes.</summary>
    /// <param name="before">The rollout.</param>
    /// <param name="broken">What guards found.</param>
    /// <param name="now">When.</param>
    public static Rollout RollBack(Rollout before, IReadOnlyList<GuardCheck> broken, DateTimeOffset now) => before with
    {
        Number = before.Number + 1,
        Kind = "rolled_back",
        Lanes =
        [
            .. before.Lanes.Select(lane => broken.FirstOrDefault(check => check.Lane == lane.Name) is { } check
                ? lane with { RolledBack = check.Reason }
                : lane),
        ],
        ChangedAt = now,
        Actor = "guard",
        Reason = string.Join(" ", broken.Select(check => check.Reason)),
    };

    // Figures go on only where they are of the same thing; a lane that comes back is not judged by what it did before.
    private static RolloutLane Lane(RolloutLane planned, Rollout? running, int number)
    {
        var before = running?.Lanes.FirstOrDefault(lane => lane.Name == planned.Name);
        var isSame = before is { RolledBack: null } && before.Version == planned.Version && before.Shadow == planned.Shadow;
        return planned with { Since = isSame ? before!.Since : number, RolledBack = null };
    }

    private static bool IsSame(Rollout running, Rollout next) =>
        (running.Alias, running.Compared, running.Tolerance) == (next.Alias, next.Compared, next.Tolerance)
        && running.Lanes.SequenceEqual(next.Lanes) && running.Guards.SequenceEqual(next.Guards);
}
