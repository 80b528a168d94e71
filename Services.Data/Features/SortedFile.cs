using System.Text;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Features;

/// <summary>Sorted rows in a temporary file, which is gone when it is closed.</summary>
internal sealed class SortedFile : IDisposable
{
    private const int Buffer = 128 * 1024;

    private readonly TableSchema _schema;
    private readonly FileStream _stream;
    private long _rows;

    private SortedFile(TableSchema schema)
    {
        _schema = schema;
        _stream = new FileStream(
            Path.Combine(Path.GetTempPath(), $"skipper-sort-{Guid.NewGuid():N}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
                BufferSize = Buffer,
            });
    }

    public static SortedFile Write(TableSchema schema, IEnumerable<SortedRow> rows)
    {
        var file = new SortedFile(schema);
        try
        {
            file.Write(rows);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads it from its begin; a row is gone when the next is asked for.</summary>
    public IEnumerable<SortedRow> Read()
    {
        _stream.Position = 0;
        using var reader = new BinaryReader(_stream, Encoding.UTF8, leaveOpen: true);
        var batch = new RowBatch(_schema, 1);
        for (var row = 0L; row < _rows; row++)
        {
            var (number, order) = (reader.ReadInt64(), reader.ReadInt64());
            batch.Lines[0] = reader.ReadInt64();
            for (var column = 0; column < _schema.Columns.Count; column++)
            {
                ReadValue(reader, batch, column);
            }

            yield return new SortedRow(batch, 0, number, order);
        }
    }

    public void Dispose() => _stream.Dispose();

    private static void ReadValue(BinaryReader reader, RowBatch batch, int column)
    {
        switch (batch.Schema.Columns[column].Kind)
        {
            case ColumnKind.Text:
                batch.Texts(column)[0] = reader.ReadBoolean() ? reader.ReadString() : null;
                break;
            case ColumnKind.Timestamp:
                batch.Times(column)[0] = reader.ReadInt64();
                break;
            default:
                batch.Numbers(column)[0] = reader.ReadDouble();
                break;
        }
    }

    private static void WriteValue(BinaryWriter writer, RowBatch batch, int column, int row)
    {
        switch (batch.Schema.Columns[column].Kind)
        {
            case ColumnKind.Text:
                var text = batch.Texts(column)[row];
                writer.Write(text is not null);
                if (text is not null)
                {
                    writer.Write(text);
                }

                break;
            case ColumnKind.Timestamp:
                writer.Write(batch.Times(column)[row]);
                break;
            default:
                writer.Write(batch.Numbers(column)[row]);
                break;
        }
    }

    private void Write(IEnumerable<SortedRow> rows)
    {
        using var writer = new BinaryWriter(_stream, Encoding.UTF8, leaveOpen: true);
        foreach (var (batch, row, number, order) in rows)
        {
            writer.Write(number);
            writer.Write(order);
            writer.Write(batch.Lines[row]);
            for (var column = 0; column < _schema.Columns.Count; column++)
            {
                WriteValue(writer, batch, column, row);
            }

            _rows++;
        }
    }
}
