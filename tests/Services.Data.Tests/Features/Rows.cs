using System.Globalization;
using System.Text.Json;
using Skipper.Services.Data.Features;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Tests.Features;

/// <summary>Batches of rows written down as a test reads them: times as ISO 8601, null = missing.</summary>
internal static class Rows
{
    public static RowBatch Batch(TableSchema schema, params object?[][] rows)
    {
        var batch = new RowBatch(schema, Math.Max(1, rows.Length)) { Count = rows.Length };
        for (var row = 0; row < rows.Length; row++)
        {
            batch.Lines[row] = row + 1;
            for (var column = 0; column < schema.Columns.Count; column++)
            {
                Set(batch, column, row, rows[row][column]);
            }
        }

        return batch;
    }

    /// <summary>Rows of a golden file.</summary>
    public static RowBatch Batch(TableSchema schema, JsonElement rows) => Batch(
        schema,
        [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(value => (object?)(value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Number => value.GetDouble(),
            _ => value.GetString(),
        })).ToArray())]);

    public static object? Get(RowBatch batch, int column, int row) => batch.IsMissing(column, row)
        ? null
        : batch.Schema.Columns[column].Kind switch
        {
            ColumnKind.Text => batch.Texts(column)[row],
            ColumnKind.Timestamp => Text(batch.Times(column)[row]),
            _ => batch.Numbers(column)[row],
        };

    public static object?[] Get(RowBatch batch, int row) =>
        [.. Enumerable.Range(0, batch.Schema.Columns.Count).Select(column => Get(batch, column, row))];

    public static long Time(string text) =>
        (DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).UtcTicks - DateTime.UnixEpoch.Ticks) / 10;

    public static string Text(long time) =>
        DateTime.UnixEpoch.AddMicroseconds(time).ToString("yyyy-MM-ddTHH:mm:ss+00:00", CultureInfo.InvariantCulture);

    /// <summary>Sorts them as the builder does.</summary>
    public static IEnumerable<SortedRow> Sort(RowBatch batch, Func<RowBatch, int, long> numberOf)
    {
        var sorter = new RowSorter(batch.Schema, Math.Max(1, batch.Count));
        sorter.Add(batch, numberOf);
        return sorter.Read();
    }

    private static void Set(RowBatch batch, int column, int row, object? value)
    {
        switch (batch.Schema.Columns[column].Kind)
        {
            case ColumnKind.Text:
                batch.Texts(column)[row] = (string?)value;
                break;
            case ColumnKind.Timestamp:
                batch.Times(column)[row] = value is string text ? Time(text) : RowBatch.NoTime;
                break;
            default:
                batch.Numbers(column)[row] = value is null ? double.NaN : Convert.ToDouble(value, CultureInfo.InvariantCulture);
                break;
        }
    }
}
