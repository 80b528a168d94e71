using System.Buffers.Text;
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
    private const int LongestNumber = 32;

    /// <summary>Decimals that are tried before the general way to write a number.</summary>
    private static readonly (int Digits, double Factor, long Whole)[] Scales = [(1, 1e1, 10), (3, 1e3, 1000), (6, 1e6, 1_000_000), (10, 1e10, 10_000_000_000)];

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
        Reserve(LongestNumber);
        var time = DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        time.TryFormat(_buffer.AsSpan(_used), out var written, CellFormat.TimeFormat(time), CultureInfo.InvariantCulture);
        _used += written;
    }

    /// <summary>
    /// As <c>ToString("R")</c>, and several times as fast for the numbers that people write: where a number is one of at most fifteen
    /// digits, these digits are its shortest form.
    /// </summary>
    private void WriteNumber(double value)
    {
        Reserve(LongestNumber);
        var size = Math.Abs(value);
        if (size < 1e15 && Math.Floor(value) == value)
        {
            WriteLong((long)value);
            return;
        }

        if (size is >= 1e-4 and < 1e12)
        {
            foreach (var (digits, factor, whole) in Scales)
            {
                var scaled = Math.Round(size * factor);
                if (scaled >= 1e15)
                {
                    break;
                }

                if (scaled / factor == size)
                {
                    WriteDecimal(value < 0, (long)scaled, digits, whole);
                    return;
                }
            }
        }

        value.TryFormat(_buffer.AsSpan(_used), out var written, "R", CultureInfo.InvariantCulture);
        _used += written;
    }

    private void WriteDecimal(bool negative, long scaled, int digits, long whole)
    {
        if (negative)
        {
            _buffer[_used++] = (byte)'-';
        }

        WriteLong(scaled / whole);
        _buffer[_used++] = (byte)'.';
        var fraction = scaled % whole;
        for (var place = _used + digits - 1; place >= _used; place--)
        {
            _buffer[place] = (byte)('0' + (fraction % 10));
            fraction /= 10;
        }

        _used += digits;
        while (_buffer[_used - 1] == '0')
        {
            _used--;
        }
    }

    private void WriteLong(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_used), out var written);
        _used += written;
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
