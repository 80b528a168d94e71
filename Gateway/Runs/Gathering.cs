namespace Skipper.Gateway.Runs;

/// <summary>
/// The pause after a group of writes, in which the next one grows. It follows the load: where little comes nobody waits, and where much
/// comes groups are large, which is cheaper than all else.
/// </summary>
internal static class Gathering
{
    private static readonly TimeSpan ForEach = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(25);

    /// <summary>How long to wait after a group of so many.</summary>
    public static TimeSpan After(int count) => count < 2 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(ForEach.Ticks * count, Longest.Ticks));
}
