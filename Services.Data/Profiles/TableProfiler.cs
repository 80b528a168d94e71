using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Profiles;

/// <summary>Looks at every row once and describes the columns, in memory that does not grow with the rows.</summary>
internal sealed class TableProfiler(TableSchema schema, IReadOnlyList<string> columns)
{
    private readonly ColumnProfiler[] _columns =
        [.. columns.Select(schema.IndexOf).Select(index => new ColumnProfiler(schema.Columns[index], index))];

    private long _rows;

    public TableProfiler(TableSchema schema)
        : this(schema, [.. schema.Columns.Select(column => column.Name)])
    {
    }

    public void Add(RowBatch batch) => Add(batch, skipped: []);

    /// <summary>The same without some of the rows.</summary>
    public void Add(RowBatch batch, ReadOnlySpan<bool> skipped)
    {
        _rows += batch.Count - skipped.Count(true);
        foreach (var column in _columns)
        {
            column.Add(batch, skipped);
        }
    }

    public TableProfile Finish() => new() { RowCount = _rows, Columns = [.. _columns.Select(column => column.Finish(_rows))] };
}
