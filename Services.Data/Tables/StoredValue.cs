using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Data.Tables;

/// <summary>Values of a batch as a database takes them; one that it would not take, or would change, is refused.</summary>
internal static class StoredValue
{
    /// <summary>The largest whole number up to which a double tells neighbors apart.</summary>
    private const double Largest = 9007199254740992;

    public static bool IsInteger(double value) => Math.Floor(value) == value && Math.Abs(value) <= Largest;

    public static long Integer(RowBatch batch, int column, int row)
    {
        var value = batch.Numbers(column)[row];
        return IsInteger(value)
            ? (long)value
            : throw Refused(batch, column, row, $"expected a whole number of at most 2^53, found {value:R}");
    }

    /// <summary>PostgreSQL has no text with a zero character, so neither database gets one.</summary>
    public static string Text(RowBatch batch, int column, int row)
    {
        var text = batch.Texts(column)[row]!;
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw Refused(batch, column, row, "expected text without the zero character")
            : text;
    }

    /// <summary>A value that is not missing, for a statement.</summary>
    public static object Parameter(RowBatch batch, int column, int row, Dialect dialect) => batch.Schema.Columns[column].Kind switch
    {
        ColumnKind.Text => Text(batch, column, row),
        ColumnKind.Integer => Integer(batch, column, row),
        ColumnKind.Number => batch.Numbers(column)[row],
        _ when dialect is Dialect.Sqlite => batch.Times(column)[row],
        _ => DateTime.UnixEpoch.AddMicroseconds(batch.Times(column)[row]),
    };

    public static void RequireKey(RowBatch batch, IReadOnlyList<int> key)
    {
        foreach (var column in key)
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (batch.IsMissing(column, row))
                {
                    throw Refused(batch, column, row, "expected a value, because it is part of the key, found none");
                }
            }
        }
    }

    private static MeshException Refused(RowBatch batch, int column, int row, string reason) =>
        MeshException.InvalidArgument($"Line {batch.Lines[row]}, column {batch.Schema.Columns[column].Name}: {reason}.");
}
