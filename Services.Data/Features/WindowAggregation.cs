using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Features;

/// <summary>Where windows are. Times are in microseconds.</summary>
/// <param name="Size">From begin to end; a multiple of <paramref name="Every"/>.</param>
/// <param name="Every">From one begin to the next.</param>
/// <param name="Offset">One of the begins.</param>
internal readonly record struct WindowGrid(long Size, long Every, long Offset)
{
    public int PanesPerWindow => (int)(Size / Every);

    /// <summary>The begin of the last window that holds a time.</summary>
    public long PaneOf(long time)
    {
        var since = (time - Offset) % Every;
        return time - (since < 0 ? since + Every : since);
    }
}

/// <summary>
/// Puts rows together by key and time window. Rows come in the order of their time, so that a window is given, and forgotten, as
/// soon as a row is beyond it: memory grows with the keys of one window, not with the rows. Only windows that hold a row are there, in
/// the order of their ends and of their keys. A row without time or key is in none.
/// </summary>
internal sealed class WindowAggregation
{
    public const string Start = "window_start";
    public const string End = "window_end";

    private readonly IReadOnlyList<int> _key;
    private readonly WindowGrid _grid;
    private readonly IReadOnlyList<WindowColumn> _columns;
    private readonly TableSchema _keySchema;

    /// <summary>What is still needed: by the begin of a pane, the stretch from one begin to the next, and by key.</summary>
    private readonly SortedDictionary<long, SortedDictionary<string, WindowTotals>> _panes = [];
    private readonly Dictionary<string, RowBatch> _keys = new(StringComparer.Ordinal);
    private long _next = long.MinValue;

    public WindowAggregation(TableSchema input, IReadOnlyList<int> key, WindowGrid grid, IReadOnlyList<WindowColumn> columns)
    {
        (_key, _grid, _columns) = (key, grid, columns);
        List<ColumnSchema> keys = [.. key.Select(column => input.Columns[column])];
        _keySchema = new TableSchema(keys);
        Output = RowColumns.Schema(
        [
            .. keys,
            new ColumnSchema(Start, ColumnKind.Timestamp),
            new ColumnSchema(End, ColumnKind.Timestamp),
            .. columns.Select(column => new ColumnSchema(column.Name, KindOf(column.Function))),
        ]);
    }

    public TableSchema Output { get; }

    /// <summary>Rows without time or key.</summary>
    public long SkippedRows { get; private set; }

    /// <summary>Gives the windows of rows that are sorted by their time; a batch is gone when the next is asked for.</summary>
    public IEnumerable<RowBatch> Aggregate(IEnumerable<SortedRow> rows)
    {
        var batch = new RowBatch(Output);
        var line = 0L;
        foreach (var (start, key, totals) in Windows(rows))
        {
            Write(batch, batch.Count, start, _keys[key], totals);
            batch.Lines[batch.Count++] = ++line;
            if (batch.Count == batch.Capacity)
            {
                yield return batch;
                batch.Count = 0;
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private static ColumnKind KindOf(WindowFunction function) =>
        function is WindowFunction.Rows or WindowFunction.Count ? ColumnKind.Integer : ColumnKind.Number;

    private IEnumerable<(long Start, string Key, WindowTotals Totals)> Windows(IEnumerable<SortedRow> rows)
    {
        var now = long.MinValue;
        foreach (var row in rows)
        {
            if (row.Number == RowBatch.NoTime || RowColumns.KeyOf(row.Batch, _key, row.Row) is not { } key)
            {
                SkippedRows++;
                continue;
            }

            var pane = _grid.PaneOf(row.Number);
            if (pane > now)
            {
                now = pane;
                foreach (var window in Complete(now))
                {
                    yield return window;
                }
            }

            Add(row, pane, key);
        }

        foreach (var window in Complete(long.MaxValue))
        {
            yield return window;
        }
    }

    private void Add(SortedRow row, long pane, string key)
    {
        if (!_panes.TryGetValue(pane, out var keys))
        {
            _panes.Add(pane, keys = new(StringComparer.Ordinal));
        }

        if (!keys.TryGetValue(key, out var totals))
        {
            keys.Add(key, totals = new WindowTotals(_columns));
            _keys.TryAdd(key, KeyRow(row.Batch, row.Row));
        }

        totals.Add(row.Batch, row.Row);
    }

    /// <summary>Gives, and forgets, the windows that end at a time or before.</summary>
    private IEnumerable<(long Start, string Key, WindowTotals Totals)> Complete(long time)
    {
        while (_panes.Count > 0)
        {
            var first = _panes.First().Key;
            var start = Math.Max(_next, first - _grid.Size + _grid.Every);
            if (start + _grid.Size > time)
            {
                yield break;
            }

            foreach (var (key, totals) in Total(start))
            {
                yield return (start, key, totals);
            }

            _next = start + _grid.Every;
            if (first == start)
            {
                _panes.Remove(first);
            }
        }

        // Keys that come again are found again.
        _keys.Clear();
    }

    private SortedDictionary<string, WindowTotals> Total(long start)
    {
        if (_grid.PanesPerWindow == 1)
        {
            return _panes[start];
        }

        var totals = new SortedDictionary<string, WindowTotals>(StringComparer.Ordinal);
        foreach (var keys in _panes.TakeWhile(pane => pane.Key < start + _grid.Size).Select(pane => pane.Value))
        {
            foreach (var (key, part) in keys)
            {
                if (!totals.TryGetValue(key, out var total))
                {
                    totals.Add(key, total = new WindowTotals(_columns));
                }

                total.Merge(part);
            }
        }

        return totals;
    }

    private RowBatch KeyRow(RowBatch batch, int row)
    {
        var key = new RowBatch(_keySchema, 1) { Count = 1 };
        for (var column = 0; column < _key.Count; column++)
        {
            RowColumns.Copy(batch, _key[column], row, key, column, 0);
        }

        return key;
    }

    private void Write(RowBatch batch, int row, long start, RowBatch key, WindowTotals totals)
    {
        RowColumns.CopyRow(key, 0, batch, row);
        var next = _key.Count;
        batch.Times(next++)[row] = start;
        batch.Times(next++)[row] = start + _grid.Size;
        for (var i = 0; i < _columns.Count; i++)
        {
            batch.Numbers(next + i)[row] = totals.Result(i);
        }
    }
}
