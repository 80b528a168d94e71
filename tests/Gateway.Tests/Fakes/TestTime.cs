namespace Skipper.Gateway.Tests.Fakes;

/// <summary>A clock that stands still until moved; timers are those of the system.</summary>
internal sealed class TestTime : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).Ticks;

    /// <summary>Whether pauses are over at once.</summary>
    public bool SkipPauses { get; init; }

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, SkipPauses ? TimeSpan.Zero : dueTime, period);

    public void Advance(double seconds) => Interlocked.Add(ref _ticks, TimeSpan.FromSeconds(seconds).Ticks);
}
