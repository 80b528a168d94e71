using System.Globalization;
using System.Text;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Datasets;

/// <summary>Reads what <see cref="CanonicalWriter"/> wrote.</summary>
internal static class CanonicalFile
{
    /// <summary>Reads row by row; each batch is gone when the function that took it returns. Returns the number of rows.</summary>
    /// <param name="stream">The file; it is disposed.</param>
    /// <param name="take">Takes a batch; rows that are read later wait for it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<long> ReadAsync(Stream stream, Func<RowBatch, Task> take, CancellationToken cancellationToken)
    {
        await using var reader = new CsvRecordReader(stream, exact: true);
        var batch = new RowBatch(await ReadSchemaAsync(reader, cancellationToken));
        for (var rows = 0L; ; rows += batch.Count)
        {
            batch.Count = 0;
            while (batch.Count < batch.Capacity && await reader.ReadAsync(cancellationToken))
            {
                TakeRow(reader, batch);
                batch.Lines[batch.Count] = rows + ++batch.Count;
            }

            if (batch.Count == 0)
            {
                return rows;
            }

            await take(batch);
        }
    }

    /// <summary>Reads all of it into memory.</summary>
    public static async Task<DatasetTable> ReadTableAsync(Stream stream, CancellationToken cancellationToken)
    {
        var collected = new TableCollector();
        await ReadAsync(stream, collected.Take, cancellationToken);
        return collected.ToTable();
    }

    private static async Task<TableSchema> ReadSchemaAsync(CsvRecordReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw new InvalidDataException("A canonical file has a header, found nothing.");
        }

        return new TableSchema([.. reader.Texts().Select(header =>
        {
            var colon = header.LastIndexOf(':');
            return new ColumnSchema(header[..colon], ColumnTypes.KindOf(header[(colon + 1)..]));
        })]);
    }

    private static void TakeRow(CsvRecordReader reader, RowBatch batch)
    {
        for (var column = 0; column < batch.Schema.Columns.Count; column++)
        {
            var text = reader.Cell(column);
            switch (batch.Schema.Columns[column].Kind)
            {
                case ColumnKind.Text:
                    batch.Texts(column)[batch.Count] = reader.IsQuoted(column) ? Encoding.UTF8.GetString(text) : null;
                    break;
                case ColumnKind.Timestamp:
                    batch.Times(column)[batch.Count] = IsoTime.TryRead(text, out var time) ? time : RowBatch.NoTime;
                    break;
                default:
                    batch.Numbers(column)[batch.Count] =
                        text.IsEmpty ? double.NaN : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
                    break;
            }
        }
    }
}
