using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>What the lanes of a model did, by minute and in all.</summary>
/// <param name="now">The minute that it is.</param>
/// <param name="parts">Parts of the figures, in any order.</param>
internal sealed class LaneFigures(long now, IReadOnlyList<LaneFigures.Part> parts)
{
    /// <summary>All since the beginning of the lane.</summary>
    public LaneCounts Total(RolloutLane lane) => Sum(lane, minute => minute == LaneTally.Total);

    /// <summary>The last minutes, the current one included.</summary>
    public LaneCounts Window(RolloutLane lane, int minutes) => Sum(lane, minute => minute > now - minutes);

    private LaneCounts Sum(RolloutLane lane, Func<long, bool> isIn)
    {
        var sum = new LaneCounts();
        foreach (var part in parts.Where(part => part.Lane == lane.Name && part.Since == lane.Since && isIn(part.Minute)))
        {
            sum.Add(part.Counts);
        }

        return sum;
    }

    /// <summary>What a lane did in one process, in a minute or in all.</summary>
    internal sealed record Part(string Lane, int Since, long Minute, LaneCounts Counts);
}
