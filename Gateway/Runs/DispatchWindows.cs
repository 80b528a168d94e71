using System.Collections.Concurrent;

namespace Skipper.Gateway.Runs;

/// <summary>
/// How many unclaimed messages of each queue the broker may hold. Few, so that an urgent step overtakes all that wait in the database;
/// more while workers take them as fast as they come. Like TCP's window it doubles while the queue keeps up, and halves while it does not.
/// </summary>
internal sealed class DispatchWindows(TimeProvider time)
{
    public const int Smallest = 16;
    public const int Largest = 1024;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, Window> _windows = new();

    /// <summary>How many more may be sent.</summary>
    /// <param name="queue">Where to.</param>
    /// <param name="dispatched">How many the broker has.</param>
    public int Free(string queue, int dispatched)
    {
        var now = time.GetUtcNow();
        var window = _windows.AddOrUpdate(
            queue,
            _ => new Window(Smallest, now),
            (_, old) => dispatched <= old.Size / 2
                ? new Window(Math.Min(old.Size * 2, Largest), now)
                : now - old.FullSince >= Period ? new Window(Math.Max(old.Size / 2, Smallest), now) : old);
        return Math.Max(window.Size - dispatched, 0);
    }

    private sealed record Window(int Size, DateTimeOffset FullSince);
}
