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
/// Puts rows together by key and time window. Rows may come in any order; what is remembered grows with the windows, not with
/// the rows. Only windows that hold a row are there, in the order of their ends. A row without time or key is in none.
/// </summary>
internal sealed class WindowAggregation
{
    public const string Start = "window_start";
    public const string End = "window_end";

    private readonly IReadOnlyList<int> _key;
    private readonly int _time;
    private readonly WindowGrid _grid;
    private readonly IReadOnlyList<WindowColumn> _columns;
    private readonly TableSchema _keySchema;

    /// <summary>By key: a row with its values, and the totals of each pane, the stretch from one begin to the next.</summary>
    private readonly SortedDictionary<string, (RowBatch Key, Dictionary<long, WindowTotals> Panes)> _groups = new(StringComparer.Ordinal);

    public WindowAggregation(
        TableSchema input, IReadOnlyList<int> key, int time, WindowGrid grid, IReadOnlyList<WindowColumn> columns)
    {
        (_key, _time, _grid, _columns) = (key, time, grid, columns);
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

    public void Add(RowBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            var time = RowColumns.TimeOf(batch, _time, row);
            if (time == RowBatch.NoTime || RowColumns.KeyOf(batch, _key, row) is not { } key)
            {
                SkippedRows++;
                continue;
            }

            if (!_groups.TryGetValue(key, out var group))
            {
                _groups.Add(key, group = (KeyRow(batch, row), []));
            }

            var pane = _grid.PaneOf(time);
            if (!group.Panes.TryGetValue(pane, out var totals))
            {
                group.Panes.Add(pane, totals = new WindowTotals(_columns));
            }

            totals.Add(batch, row);
        }
    }

    /// <summary>Gives the windows; a batch is gone when the next is asked for.</summary>
    public IEnumerable<RowBatch> Finish()
    {
        var batch = new RowBatch(Output);
        var windows = _groups.Values
            .SelectMany(group => group.Panes.Keys
                .SelectMany(pane => Enumerable.Range(0, _grid.PanesPerWindow).Select(i => pane - (i * _grid.Every)))
                .Distinct()
                .Select(start => (Start: start, Group: group)))
            .OrderBy(window => window.Start);
        var line = 0L;
        foreach (var (start, (key, panes)) in windows)
        {
            Write(batch, batch.Count, start, key, Total(panes, start));
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

    private RowBatch KeyRow(RowBatch batch, int row)
    {
        var key = new RowBatch(_keySchema, 1) { Count = 1 };
        for (var column = 0; column < _key.Count; column++)
        {
            RowColumns.Copy(batch, _key[column], row, key, column, 0);
        }

        return key;
    }

    private WindowTotals Total(Dictionary<long, WindowTotals> panes, long start)
    {
        if (_grid.PanesPerWindow == 1)
        {
            return panes[start];
        }

        var total = new WindowTotals(_columns);
        for (var pane = start; pane < start + _grid.Size; pane += _grid.Every)
        {
            if (panes.TryGetValue(pane, out var part))
            {
                total.Merge(part);
            }
        }

        return total;
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
