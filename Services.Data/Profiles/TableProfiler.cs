using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Profiles;

/// <summary>Looks at every row once and describes the columns, in memory that does not grow with the rows.</summary>
internal sealed class TableProfiler(TableSchema schema)
{
    private readonly ColumnProfiler[] _columns =
        [.. schema.Columns.Select((column, index) => new ColumnProfiler(column, index))];

    private long _rows;

    public void Add(RowBatch batch)
    {
        _rows += batch.Count;
        foreach (var column in _columns)
        {
            column.Add(batch);
        }
    }

    public TableProfile Finish() => new() { RowCount = _rows, Columns = [.. _columns.Select(column => column.Finish(_rows))] };
}
