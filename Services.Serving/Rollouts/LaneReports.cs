using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>Figures as people read them.</summary>
internal static class LaneReports
{
    public static RolloutReport Of(Rollout rollout, LaneFigures figures) => new()
    {
        Rollout = rollout,
        Lanes = [.. rollout.Lanes.Select(lane => Of(lane, figures.Total(lane)))],
        Guards = RolloutGuards.Check(rollout, figures),
    };

    private static LaneReport Of(RolloutLane lane, LaneCounts counts) => new()
    {
        Name = lane.Name,
        Version = lane.Version,
        Calls = counts.Calls,
        Errors = counts.Errors,
        Codes = counts.Codes,
        NotLoaded = counts.NotLoaded,
        P50Milliseconds = LatencyBuckets.Quantile(counts.Latencies, 0.5),
        P95Milliseconds = LatencyBuckets.Quantile(counts.Latencies, 0.95),
        Compared = counts.Compared,
        Disagreed = counts.Disagreed,
        Dropped = counts.Dropped,
        Differences = counts.Differences.ToDictionary(entry => entry.Key, entry => entry.Value.ToDifference()),
    };
}
