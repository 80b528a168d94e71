using System.Globalization;

namespace Skipper.Services.Data.Tables;

/// <summary>Values as people read them.</summary>
internal static class CellFormat
{
    /// <summary>The value, the same in every culture; empty where it is missing.</summary>
    public static string Text(RowBatch batch, int column, int row)
    {
        if (batch.IsMissing(column, row))
        {
            return "";
        }

        return batch.Schema.Columns[column].Kind switch
        {
            ColumnKind.Text => batch.Texts(column)[row]!,
            ColumnKind.Timestamp => Time(batch.Times(column)[row]),
            _ => batch.Numbers(column)[row].ToString("R", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>UTC in ISO 8601, with microseconds only where there are some.</summary>
    public static string Time(long microseconds)
    {
        var time = DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        return time.ToString(TimeFormat(time), CultureInfo.InvariantCulture);
    }

    public static string TimeFormat(DateTime time) =>
        time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
}
