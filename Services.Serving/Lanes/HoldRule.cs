namespace Skipper.Services.Serving.Lanes;

/// <summary>
/// Whether a free engine waits for the next call. Each of k waiting calls pays one gap between arrivals so that one fixed cost of a batch
/// is saved: it waits only while k gaps cost less than that. Not safe for several threads.
/// </summary>
internal sealed class HoldRule(TimeSpan longest, LaneClock clock)
{
    // What timers cannot wait for is not worth waiting for.
    private const double SmallestSaving = 1e-3;

    private const double LongestGap = 1;
    private const double Rounding = 1e-6;

    private long? _last;

    /// <summary>Mean seconds between calls, the last ten counting most; null = fewer than two came.</summary>
    public double? Gap { get; private set; }

    /// <summary>Sees a call come.</summary>
    public void Arrive(long now)
    {
        if (_last is { } last)
        {
            var gap = Math.Min(clock.Seconds(last, now), LongestGap);
            Gap = Gap is { } before ? before + (0.1 * (gap - before)) : gap;
        }

        _last = now;
    }

    /// <summary>
    /// How long to wait for the next call, and why no longer; 0 = the batch goes now. Whole milliseconds, because timers know no less: past
    /// what is worth it, but never past a deadline.
    /// </summary>
    public (int Milliseconds, CutReason Reason) Decide(Batch batch, CostModel cost)
    {
        if (batch.Reason is not CutReason.Idle || Gap is not { } gap || cost.Fixed < SmallestSaving)
        {
            return (0, batch.Reason);
        }

        var now = clock.Now;
        var slack = clock.Seconds(now, batch.Deadline) - cost.AtMost(batch.Rows + 1);
        var worth = batch.Parts.Count * gap < cost.Fixed
            ? Math.Min((2 * gap) - clock.Seconds(_last!.Value, now), longest.TotalSeconds - clock.Seconds(batch.Parts[0].Call.Arrived, now))
            : 0;
        return slack < worth
            ? (Math.Max(0, (int)(slack * 1000)), CutReason.Slack)
            : (Math.Max(0, (int)Math.Ceiling((worth * 1000) - Rounding)), CutReason.Gap);
    }
}
