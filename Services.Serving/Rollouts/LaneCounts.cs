namespace Skipper.Services.Serving.Rollouts;

/// <summary>What a lane did, in one process or all, in a minute or since its beginning; the members mean what those of its report do.</summary>
internal sealed class LaneCounts
{
    public long Calls { get; set; }

    public long Errors { get; set; }

    public long NotLoaded { get; set; }

    public long Compared { get; set; }

    public long Disagreed { get; set; }

    public long Dropped { get; set; }

    public Dictionary<string, long> Codes { get; init; } = [];

    /// <summary>Calls by <see cref="LatencyBuckets"/>.</summary>
    public Dictionary<int, long> Latencies { get; init; } = [];

    public Dictionary<string, DifferenceSums> Differences { get; init; } = [];

    public void AddCall(TimeSpan elapsed, string? code)
    {
        Calls++;
        Increase(Latencies, LatencyBuckets.Of(elapsed), 1);
        if (code is not null)
        {
            Errors++;
            Increase(Codes, code, 1);
        }
    }

    public void Add(LaneCounts other)
    {
        Calls += other.Calls;
        Errors += other.Errors;
        NotLoaded += other.NotLoaded;
        Compared += other.Compared;
        Disagreed += other.Disagreed;
        Dropped += other.Dropped;
        foreach (var (code, count) in other.Codes)
        {
            Increase(Codes, code, count);
        }

        foreach (var (bucket, count) in other.Latencies)
        {
            Increase(Latencies, bucket, count);
        }

        foreach (var (output, sums) in other.Differences)
        {
            Difference(output).Add(sums);
        }
    }

    /// <summary>The sums of an output, empty at first.</summary>
    public DifferenceSums Difference(string output)
    {
        if (!Differences.TryGetValue(output, out var sums))
        {
            Differences[output] = sums = new DifferenceSums();
        }

        return sums;
    }

    private static void Increase<TKey>(Dictionary<TKey, long> counts, TKey key, long by)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + by;
}
