using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace Skipper.Services.Data.Tables;

/// <summary>
/// Loads rows into PostgreSQL by binary COPY: the wire format is written here, column by column in the type the table has,
/// because going through a parameter object for every value takes longer than the server does.
/// </summary>
internal sealed class CopyRows : TypedTableLoad
{
    private const long Epoch = 946_684_800_000_000; // 2000-01-01, where PostgreSQL counts microseconds from.

    /// <summary>PGCOPY\n\377\r\n\0, no flags, no header extension.</summary>
    private static readonly byte[] Header =
        [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly NpgsqlRawCopyStream _stream;
    private byte[] _buffer = new byte[256 * 1024];
    private int _used;
    private long _row;
    private readonly long _first;
    private bool _complete;

    private CopyRows(NpgsqlRawCopyStream stream, long firstRow)
    {
        _stream = stream;
        _row = _first = firstRow;
        Header.CopyTo(_buffer, 0);
        _used = Header.Length;
    }

    public static async Task<CopyRows> StartAsync(
        NpgsqlConnection connection, string table, string columns, long firstRow, CancellationToken cancellationToken) =>
        new(
            await connection.BeginRawBinaryCopyAsync(
                $"COPY {table} ({TypedTableSql.RowColumn}, {columns}) FROM STDIN (FORMAT BINARY)", cancellationToken),
            firstRow);

    public override async Task WriteAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        for (var row = 0; row < batch.Count;)
        {
            row = Encode(batch, row);
            await FlushAsync(cancellationToken);
        }
    }

    public override async Task<LoadResult> CompleteAsync(CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), -1);
        await FlushAsync(cancellationToken);
        _complete = true;
        await _stream.DisposeAsync();
        return new LoadResult(_row - _first, 0, 0);
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_complete)
        {
            _complete = true;
            await _stream.CancelAsync();
            await _stream.DisposeAsync();
        }
    }

    /// <summary>Encodes rows until the buffer is nearly full and returns the next one.</summary>
    private int Encode(RowBatch batch, int row)
    {
        var columns = batch.Schema.Columns;
        for (; row < batch.Count && _used < _buffer.Length / 2; row++)
        {
            BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), (short)(columns.Count + 1));
            WriteLong(_row++);
            for (var column = 0; column < columns.Count; column++)
            {
                WriteCell(batch, column, row);
            }
        }

        return row;
    }

    private void WriteCell(RowBatch batch, int column, int row)
    {
        if (batch.IsMissing(column, row))
        {
            BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), -1);
            return;
        }

        switch (batch.Schema.Columns[column].Kind)
        {
            case ColumnKind.Text:
                WriteText(batch, column, row);
                break;
            case ColumnKind.Timestamp:
                WriteLong(batch.Times(column)[row] - Epoch);
                break;
            case ColumnKind.Integer:
                WriteLong(StoredValue.Integer(batch, column, row));
                break;
            default:
                WriteLong(BitConverter.DoubleToInt64Bits(batch.Numbers(column)[row]));
                break;
        }
    }

    private void WriteText(RowBatch batch, int column, int row)
    {
        var text = StoredValue.Text(batch, column, row);
        var space = Take(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, space[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(space, length);
        _used -= space.Length - sizeof(int) - length;
    }

    private void WriteLong(long value)
    {
        var space = Take(sizeof(int) + sizeof(long));
        BinaryPrimitives.WriteInt32BigEndian(space, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(space[sizeof(int)..], value);
    }

    private Span<byte> Take(int length)
    {
        if (_buffer.Length - _used < length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + length));
        }

        var space = _buffer.AsSpan(_used, length);
        _used += length;
        return space;
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.AsMemory(0, _used), cancellationToken);
        _used = 0;
    }
}
