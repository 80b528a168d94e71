using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Features;

/// <summary>Which columns a join looks at, and how old a value may be. Times are in microseconds.</summary>
/// <param name="LeftKey">Key columns of the rows.</param>
/// <param name="RightKey">Key columns of the values, in the same order.</param>
/// <param name="RightTime">When a value was true.</param>
/// <param name="RightKnown">When a value became known; absent = when it was true.</param>
/// <param name="Added">Columns that are added.</param>
/// <param name="Ttl">A value of this age is too old.</param>
internal sealed record JoinColumns(
    IReadOnlyList<int> LeftKey,
    IReadOnlyList<int> RightKey,
    int RightTime,
    int? RightKnown,
    IReadOnlyList<int> Added,
    long Ttl = JoinColumns.Forever)
{
    public const long Forever = long.MaxValue;

    /// <summary>From when on a value may be used; one without times never.</summary>
    public long UsableFrom(RowBatch batch, int row, long lag) => KnownAt(batch, row) is var known && known == RowBatch.NoTime
        ? RowBatch.NoTime
        : Math.Max(RowColumns.TimeOf(batch, RightTime, row), RightKnown is null ? known : checked(known + lag));

    public long KnownAt(RowBatch batch, int row) => RowColumns.TimeOf(batch, RightKnown ?? RightTime, row);
}

/// <summary>
/// Adds to each row what was known at its time, and nothing of its future: of the values that were true at that time or before and
/// known by then, the newest. Both sides come sorted, rows by their time and values by when they could be used (the later of
/// when they were true and when they were known), so one value for each key is all that is remembered.
/// </summary>
internal sealed class PointInTimeJoin(TableSchema output, JoinColumns columns)
{
    private readonly Dictionary<string, Latest> _latest = new(StringComparer.Ordinal);
    private long _sweepAt = 1024;

    /// <summary>Joins; a row is gone when the next is asked for.</summary>
    public IEnumerable<SortedRow> Join(IEnumerable<SortedRow> rows, IEnumerable<SortedRow> values)
    {
        using var next = values.GetEnumerator();
        var more = next.MoveNext();
        var joined = new RowBatch(output, 1);
        foreach (var row in rows)
        {
            for (; more && next.Current.Number <= row.Number; more = next.MoveNext())
            {
                Remember(next.Current);
            }

            RowColumns.CopyRow(row.Batch, row.Row, joined, 0);
            Fill(joined, row);
            yield return row with { Batch = joined, Row = 0 };
            Sweep(row.Number);
        }
    }

    private void Remember(SortedRow value)
    {
        var time = RowColumns.TimeOf(value.Batch, columns.RightTime, value.Row);
        var known = columns.KnownAt(value.Batch, value.Row);
        if (time == RowBatch.NoTime || known == RowBatch.NoTime
            || RowColumns.KeyOf(value.Batch, columns.RightKey, value.Row) is not { } key)
        {
            return;
        }

        if (!_latest.TryGetValue(key, out var latest))
        {
            _latest.Add(key, latest = new Latest(new RowBatch(value.Batch.Schema, 1)));
        }
        else if ((time, known).CompareTo((latest.Time, latest.Known)) < 0)
        {
            // Usable later but true earlier, or corrected since: it never replaces what is newer.
            return;
        }

        (latest.Time, latest.Known) = (time, known);
        RowColumns.CopyRow(value.Batch, value.Row, latest.Row, 0);
    }

    private void Fill(RowBatch joined, SortedRow row)
    {
        var width = row.Batch.Schema.Columns.Count;
        var found = RowColumns.KeyOf(row.Batch, columns.LeftKey, row.Row) is { } key && row.Number != RowBatch.NoTime
            && _latest.TryGetValue(key, out var latest) && IsFresh(latest, row.Number) ? latest.Row : null;
        for (var i = 0; i < columns.Added.Count; i++)
        {
            if (found is null)
            {
                RowColumns.SetMissing(joined, width + i, 0);
            }
            else
            {
                RowColumns.Copy(found, columns.Added[i], 0, joined, width + i, 0);
            }
        }
    }

    private bool IsFresh(Latest latest, long now) =>
        columns.Ttl == JoinColumns.Forever || now - columns.Ttl < latest.Time;

    /// <summary>Forgets what is too old for every later row, so that keys that come no more cost nothing.</summary>
    private void Sweep(long now)
    {
        if (_latest.Count < _sweepAt || now == RowBatch.NoTime)
        {
            return;
        }

        foreach (var key in _latest.Where(entry => !IsFresh(entry.Value, now)).Select(entry => entry.Key).ToList())
        {
            _latest.Remove(key);
        }

        _sweepAt = Math.Max(1024, 2L * _latest.Count);
    }

    private sealed class Latest(RowBatch row)
    {
        public long Time { get; set; }

        public long Known { get; set; }

        public RowBatch Row { get; } = row;
    }
}
