namespace Skipper.Services.Serving.Lanes;

/// <summary>Time as lanes count it: timestamps that never jump.</summary>
internal sealed class LaneClock(TimeProvider time)
{
    public long Now => time.GetTimestamp();

    public TimeProvider Time => time;

    /// <summary>The timestamp that comes so many seconds after another.</summary>
    public long After(long from, double seconds)
    {
        var ticks = seconds * time.TimestampFrequency;
        return ticks < long.MaxValue - from ? from + (long)ticks : long.MaxValue;
    }

    public double Seconds(long from, long to) => (double)(to - from) / time.TimestampFrequency;

    /// <summary>The timestamp of a moment; of none, one that never comes.</summary>
    public long At(DateTimeOffset? moment) =>
        moment is { } known ? After(Now, (known - time.GetUtcNow()).TotalSeconds) : long.MaxValue;
}
