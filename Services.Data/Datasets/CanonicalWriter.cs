using System.Globalization;
using System.Text;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// The one way to write a table down, so that the same content has the same digest however its file was spelled: UTF-8, LF, a header of
/// <c>name:type</c>, numbers in their shortest exact form, times in UTC, text always in quotes, a missing cell as nothing.
/// </summary>
internal sealed class CanonicalWriter(Stream stream)
{
    private const int FlushedAt = 64 * 1024;
    private const int LongestTime = 32;

    private byte[] _buffer = new byte[2 * FlushedAt];
    private int _used;

    public ValueTask WriteHeaderAsync(TableSchema schema, CancellationToken cancellationToken)
    {
        foreach (var column in schema.Columns)
        {
            WriteText($"{column.Name}:{ColumnTypes.NameOf(column.Kind)}");
            WriteByte((byte)',');
        }

        _buffer[_used - 1] = (byte)'\n';
        return FlushAsync(cancellationToken);
    }

    public async ValueTask WriteAsync(RowBatch batch, CancellationToken cancellationToken)
    {
        for (var row = 0; row < batch.Count;)
        {
            for (; row < batch.Count && _used < FlushedAt; row++)
            {
                for (var column = 0; column < batch.Schema.Columns.Count; column++)
                {
                    WriteCell(batch, column, row);
                    WriteByte((byte)',');
                }

                _buffer[_used - 1] = (byte)'\n';
            }

            await FlushAsync(cancellationToken);
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_buffer.AsMemory(0, _used), cancellationToken);
        _used = 0;
    }

    private void WriteCell(RowBatch batch, int column, int row)
    {
        if (batch.IsMissing(column, row))
        {
            return;
        }

        switch (batch.Schema.Columns[column].Kind)
        {
            case ColumnKind.Text:
                WriteText(batch.Texts(column)[row]!);
                break;
            case ColumnKind.Timestamp:
                WriteTime(batch.Times(column)[row]);
                break;
            default:
                WriteNumber(batch.Numbers(column)[row]);
                break;
        }
    }

    private void WriteText(string text)
    {
        Reserve((Encoding.UTF8.GetMaxByteCount(text.Length) * 2) + 2);
        _buffer[_used++] = (byte)'"';
        var start = _used;
        _used += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(start));
        var quotes = _buffer.AsSpan(start.._used).Count((byte)'"');
        if (quotes > 0)
        {
            DoubleQuotes(start, quotes);
        }

        _buffer[_used++] = (byte)'"';
    }

    /// <summary>Doubles each quote, moving every byte once, from the last to the first.</summary>
    private void DoubleQuotes(int start, int quotes)
    {
        var target = _used + quotes;
        for (var source = _used - 1; source >= start; source--)
        {
            _buffer[--target] = _buffer[source];
            if (_buffer[source] == '"')
            {
                _buffer[--target] = (byte)'"';
            }
        }

        _used += quotes;
    }

    private void WriteTime(long microseconds)
    {
        Reserve(LongestTime);
        var time = DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        time.TryFormat(_buffer.AsSpan(_used), out var written, CellFormat.TimeFormat(time), CultureInfo.InvariantCulture);
        _used += written;
    }

    private void WriteNumber(double value)
    {
        Reserve(ShortestNumber.Longest);
        _used += ShortestNumber.Write(value, _buffer.AsSpan(_used));
    }

    private void WriteByte(byte value)
    {
        Reserve(1);
        _buffer[_used++] = value;
    }

    private void Reserve(int length)
    {
        if (_buffer.Length - _used < length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + length));
        }
    }
}
