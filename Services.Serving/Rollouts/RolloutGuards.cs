using System.Globalization;
using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>
/// Decides whether a lane is to be taken out. All three metrics come down to a share that must not be above a limit: of calls that fail, of
/// calls that are slower than the limit (5 %), of rows that disagree. The limit is broken where the lower end of the share's interval
/// (Wilson 1927) is above it, and above the share of the baseline in the same window: if callers send nonsense to both, or the machine is
/// slow for both, taking the lane out would help nobody.
/// </summary>
internal static class RolloutGuards
{
    public const string ErrorRate = "error_rate";
    public const string Latency = "p95_latency";
    public const string Disagreement = "disagreement";
    public const string Broken = "broken";

    public static readonly string[] Metrics = [ErrorRate, Latency, Disagreement];

    /// <summary>The limit is looked at every few seconds, so one look must not be wrong in more than one case of a thousand.</summary>
    private const double Confidence = 0.998;

    private const double SlowShare = 0.05;

    /// <summary>What all guards see: one entry for each guard and lane that it watches.</summary>
    public static IReadOnlyList<GuardCheck> Check(Rollout rollout, LaneFigures figures) =>
    [
        .. rollout.Guards.SelectMany(guard => rollout.Lanes.Skip(1)
            .Where(lane => lane.RolledBack is null && (guard.Lane ?? lane.Name) == lane.Name && IsMeasured(guard, lane))
            .Select(lane => Check(guard, lane, rollout.Lanes[0], figures))),
    ];

    private static bool IsMeasured(RolloutGuard guard, RolloutLane lane) =>
        lane.Shadow || lane.Weight > 0 || guard.Lane == lane.Name;

    private static GuardCheck Check(RolloutGuard guard, RolloutLane lane, RolloutLane baseline, LaneFigures figures)
    {
        var minutes = guard.WindowMinutes ?? 10;
        var own = Share.Of(guard, figures.Window(lane, minutes));
        var other = Share.Of(guard, figures.Window(baseline, minutes));
        var limit = guard.Metric == Latency ? SlowShare : guard.Limit;
        var lower = Wilson.Estimate(own.Hits, own.Count, Confidence).Lower ?? 0;
        var isBroken = own.Count >= (guard.MinimumCount ?? 100) && lower > Math.Max(limit, other.Value ?? 0);
        var state = own.Count < (guard.MinimumCount ?? 100) ? "waiting" : isBroken ? Broken : "passed";
        return new GuardCheck
        {
            Metric = guard.Metric,
            Lane = lane.Name,
            State = state,
            Reason = Say(guard, lane, own, other, state),
            Count = own.Count,
            Value = own.Shown,
            Baseline = other.Shown,
        };
    }

    private static string Say(RolloutGuard guard, RolloutLane lane, Share own, Share baseline, string state)
    {
        var unit = guard.Metric == Latency ? " ms" : "";
        var seen = own.Shown is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:G4}{unit}") : "not known";
        var compared = baseline.Shown is { } other ? string.Create(CultureInfo.InvariantCulture, $", that of the baseline {other:G4}{unit}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{guard.Metric} of lane '{lane.Name}' (version {lane.Version}) is {seen} in {own.Count} {(guard.Metric == Disagreement ? "rows" : "calls")} "
            + $"of the last {guard.WindowMinutes ?? 10} minutes{compared}; the limit is {guard.Limit:G4}{unit}: {Verdict(state, guard)}.");
    }

    private static string Verdict(string state, RolloutGuard guard) => state switch
    {
        "waiting" => FormattableString.Invariant($"it decides from {guard.MinimumCount ?? 100} on"),
        Broken => "broken",
        _ => "not surely broken",
    };

    /// <summary>How many of how many; and the metric as people read it.</summary>
    private readonly record struct Share(long Hits, long Count, double? Shown)
    {
        public double? Value => Count > 0 ? (double)Hits / Count : null;

        public static Share Of(RolloutGuard guard, LaneCounts counts) => guard.Metric switch
        {
            Latency => new Share(
                LatencyBuckets.Longer(counts.Latencies, guard.Limit), counts.Calls, LatencyBuckets.Quantile(counts.Latencies, 1 - SlowShare)),
            Disagreement => OfParts(counts.Disagreed, counts.Compared),
            _ => OfParts(counts.Errors, counts.Calls),
        };

        private static Share OfParts(long hits, long count) => new(hits, count, count > 0 ? (double)hits / count : null);
    }
}
