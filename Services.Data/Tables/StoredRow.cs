using System.Data.Common;

namespace Skipper.Services.Data.Tables;

/// <summary>Reads a row of a typed table into a batch.</summary>
internal static class StoredRow
{
    public static void Read(DbDataReader reader, RowBatch batch, int row)
    {
        for (var column = 0; column < batch.Schema.Columns.Count; column++)
        {
            var missing = reader.IsDBNull(column);
            switch (batch.Schema.Columns[column].Kind)
            {
                case ColumnKind.Text:
                    batch.Texts(column)[row] = missing ? null : reader.GetString(column);
                    break;
                case ColumnKind.Timestamp:
                    batch.Times(column)[row] = missing ? RowBatch.NoTime : Microseconds(reader, column);
                    break;
                case ColumnKind.Integer:
                    batch.Numbers(column)[row] = missing ? double.NaN : reader.GetInt64(column);
                    break;
                default:
                    batch.Numbers(column)[row] = missing ? double.NaN : reader.GetDouble(column);
                    break;
            }
        }
    }

    private static long Microseconds(DbDataReader reader, int column) => reader.GetFieldType(column) == typeof(DateTime)
        ? (reader.GetDateTime(column) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
        : reader.GetInt64(column);
}
