namespace Skipper.Services.Serving.Rollouts;

/// <summary>Counts what a lane does in this process, by minute and in all, until that is saved.</summary>
internal sealed class LaneTally(LaneKey key, TimeProvider time)
{
    /// <summary>No guard looks further back.</summary>
    public const int LongestWindow = 60;

    /// <summary>Instead of a minute: since the beginning.</summary>
    public const long Total = 0;

    private readonly Lock _counting = new();
    private readonly SortedDictionary<long, LaneCounts> _parts = new() { [Total] = new() };
    private long _changes;
    private long _saved;

    public LaneKey Key => key;

    /// <summary>The minute of a time, since 1970.</summary>
    public static long Minute(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    /// <param name="elapsed">How long the call took.</param>
    /// <param name="code">Why it failed, or a row of it was refused; null = neither.</param>
    public void Call(TimeSpan elapsed, string? code) => Change(counts => counts.AddCall(elapsed, code));

    /// <summary>A call went to the baseline, because the version is not loaded here.</summary>
    public void NotLoaded() => Change(counts => counts.NotLoaded++);

    /// <summary>Rows were not compared.</summary>
    public void Dropped(int rows) => Change(counts => counts.Dropped += rows);

    /// <summary>Adds what was found by comparing.</summary>
    public void Compared(LaneCounts found) => Change(counts => counts.Add(found));

    /// <summary>Gives what is not saved yet to a writer, which calls <see cref="MarkSaved"/> with the answer when it is.</summary>
    /// <param name="write">Gets minute and counts, which it must not keep.</param>
    public long ReadUnsaved(Action<long, LaneCounts> write)
    {
        lock (_counting)
        {
            if (_changes != _saved)
            {
                foreach (var (minute, counts) in _parts)
                {
                    write(minute, counts);
                }
            }

            return _changes;
        }
    }

    /// <summary>Forgets minutes that are saved and over.</summary>
    public void MarkSaved(long changes)
    {
        lock (_counting)
        {
            _saved = changes;
            Forget(before: _saved == _changes ? Minute(time.GetUtcNow()) : Minute(time.GetUtcNow()) - LongestWindow);
        }
    }

    private void Change(Action<LaneCounts> change)
    {
        var minute = Minute(time.GetUtcNow());
        lock (_counting)
        {
            if (!_parts.TryGetValue(minute, out var counts))
            {
                // What cannot be saved for an hour is of no use to guards any more.
                Forget(before: minute - LongestWindow);
                _parts[minute] = counts = new LaneCounts();
            }

            change(counts);
            change(_parts[Total]);
            _changes++;
        }
    }

    private void Forget(long before)
    {
        foreach (var minute in _parts.Keys.Where(minute => minute != Total && minute < before).ToList())
        {
            _parts.Remove(minute);
        }
    }
}
