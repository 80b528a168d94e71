namespace Skipper.Services.Data.Tables;

/// <summary>
/// Some rows of a table, column by column: what flows from a reader through standards and checks to a writer. A batch is
/// filled, passed on and filled again, so whoever keeps a value copies it.
/// </summary>
internal sealed class RowBatch
{
    public const int DefaultCapacity = 8192;

    private readonly Array[] _columns;

    public RowBatch(TableSchema schema, int capacity = DefaultCapacity)
    {
        Schema = schema;
        Lines = new long[capacity];
        _columns = [.. schema.Columns.Select(column => (Array)(column.Kind switch
        {
            ColumnKind.Text => new string?[capacity],
            ColumnKind.Timestamp => new long[capacity],
            _ => new double[capacity],
        }))];
    }

    /// <summary>A missing timestamp.</summary>
    public const long NoTime = long.MinValue;

    public TableSchema Schema { get; }

    public int Capacity => Lines.Length;

    /// <summary>How many rows are in use.</summary>
    public int Count { get; set; }

    /// <summary>Where each row stood in its source: the line it began on, or the record's number; 1 is the first.</summary>
    public long[] Lines { get; }

    /// <summary>Values of an integer or number column; NaN = missing.</summary>
    public double[] Numbers(int column) => (double[])_columns[column];

    /// <summary>Values of a timestamp column: microseconds since 1970-01-01 UTC; <see cref="NoTime"/> = missing.</summary>
    public long[] Times(int column) => (long[])_columns[column];

    /// <summary>Values of a text column; null = missing.</summary>
    public string?[] Texts(int column) => (string?[])_columns[column];

    public bool IsMissing(int column, int row) => Schema.Columns[column].Kind switch
    {
        ColumnKind.Text => Texts(column)[row] is null,
        ColumnKind.Timestamp => Times(column)[row] == NoTime,
        _ => double.IsNaN(Numbers(column)[row]),
    };

    /// <summary>Takes over the rows of a batch of the same schema and no larger capacity.</summary>
    public void CopyFrom(RowBatch batch)
    {
        Count = batch.Count;
        Array.Copy(batch.Lines, Lines, Count);
        for (var column = 0; column < _columns.Length; column++)
        {
            Array.Copy(batch._columns[column], _columns[column], Count);
        }
    }

    /// <summary>Keeps only the rows that are not dropped, in their order.</summary>
    public void Remove(ReadOnlySpan<bool> dropped)
    {
        var kept = 0;
        for (var row = 0; row < Count; row++)
        {
            if (dropped[row])
            {
                continue;
            }

            Move(row, kept++);
        }

        Count = kept;
    }

    private void Move(int from, int to)
    {
        if (from == to)
        {
            return;
        }

        Lines[to] = Lines[from];
        foreach (var column in _columns)
        {
            Array.Copy(column, from, column, to, 1);
        }
    }
}
