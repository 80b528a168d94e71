namespace Skipper.Services.Serving.Rollouts;

/// <summary>Durations in bins that are 10 % wide, so that those of several workers add up.</summary>
internal static class LatencyBuckets
{
    private static readonly double Step = Math.Log(1.1);

    /// <summary>The bin of a duration; 0 = at most 1.1 microseconds.</summary>
    public static int Of(TimeSpan duration) => duration.TotalMicroseconds <= 1 ? 0 : (int)(Math.Log(duration.TotalMicroseconds) / Step);

    /// <summary>At most this long, milliseconds, was a share of all; null where there are none.</summary>
    public static double? Quantile(IReadOnlyDictionary<int, long> counts, double share)
    {
        var (rank, seen) = (share * counts.Values.Sum(), 0L);
        foreach (var (bucket, count) in counts.OrderBy(entry => entry.Key))
        {
            seen += count;
            if (seen >= rank)
            {
                return LowerMilliseconds(bucket + 1);
            }
        }

        return null;
    }

    /// <summary>How many were surely longer than this.</summary>
    public static long Longer(IReadOnlyDictionary<int, long> counts, double milliseconds) =>
        counts.Where(entry => LowerMilliseconds(entry.Key) >= milliseconds).Sum(entry => entry.Value);

    private static double LowerMilliseconds(int bucket) => Math.Exp(bucket * Step) / 1000;
}
