using Microsoft.Data.Sqlite;

namespace Skipper.Services.Data.Tables;

/// <summary>Loads rows into SQLite by one prepared statement.</summary>
internal sealed class InsertRows : TypedTableLoad
{
    private readonly SqliteCommand _insert;
    private readonly SqliteParameter[] _cells;
    private readonly long _first;
    private long _row;

    public InsertRows(SqliteTransaction transaction, TypedTable table, string name, string columns, long firstRow)
    {
        _row = _first = firstRow;
        _insert = transaction.Connection!.CreateCommand();
        _insert.Transaction = transaction;
        _cells = [.. Enumerable.Range(0, table.Schema.Columns.Count + 1).Select(i => _insert.CreateParameter())];
        for (var i = 0; i < _cells.Length; i++)
        {
            _cells[i].ParameterName = $"@p{i}";
        }

        _insert.CommandText = $"""
            INSERT INTO {name} ({TypedTableSql.RowColumn}, {columns})
            VALUES ({string.Join(", ", _cells.Select(cell => cell.ParameterName))})
            """;
        _insert.Parameters.AddRange(_cells);
    }

    public override Task WriteAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _cells[0].Value = _row++;
            for (var column = 0; column < _cells.Length - 1; column++)
            {
                _cells[column + 1].Value = batch.IsMissing(column, row) ? DBNull.Value : Value(batch, column, row);
            }

            _insert.ExecuteNonQuery();
        }

        return Task.CompletedTask;
    }

    public override Task<LoadResult> CompleteAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new LoadResult(_row - _first, 0, 0));

    public override ValueTask DisposeAsync() => _insert.DisposeAsync();

    private static object Value(RowBatch batch, int column, int row) => batch.Schema.Columns[column].Kind switch
    {
        ColumnKind.Text => StoredValue.Text(batch, column, row),
        ColumnKind.Timestamp => batch.Times(column)[row],
        ColumnKind.Integer => StoredValue.Integer(batch, column, row),
        _ => batch.Numbers(column)[row],
    };
}
