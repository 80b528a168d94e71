using System.Globalization;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality;

/// <summary>Finds the columns that checks name, and shows their values.</summary>
internal static class Columns
{
    private const int ShownCharacters = 40;

    /// <exception cref="MeshException">There is no such column, or it holds something else.</exception>
    public static int Require(this TableSchema schema, string column, params ReadOnlySpan<ColumnKind> kinds)
    {
        var index = schema.IndexOf(column);
        if (index < 0)
        {
            throw MeshException.FailedPrecondition(
                $"There is no column '{column}'. There are: {string.Join(", ", schema.Columns.Select(c => c.Name))}.");
        }

        var found = schema.Columns[index].Kind;
        return kinds.IsEmpty || kinds.Contains(found)
            ? index
            : throw MeshException.FailedPrecondition(
                $"Column '{column}' holds {Name(found)}, expected {string.Join(" or ", kinds.ToArray().Select(Name))}.");
    }

    public static int RequireNumbers(this TableSchema schema, string column) =>
        schema.Require(column, ColumnKind.Number, ColumnKind.Integer);

    public static string Name(ColumnKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>A value as it is shown in reasons.</summary>
    public static string Show(this RowBatch batch, int column, int row) =>
        batch.IsMissing(column, row) ? "nothing" : batch.Schema.Columns[column].Kind switch
        {
            ColumnKind.Text when batch.Texts(column)[row]! is { Length: > ShownCharacters } text => $"'{text[..ShownCharacters]}...'",
            ColumnKind.Text => $"'{batch.Texts(column)[row]}'",
            ColumnKind.Timestamp => ShowTime(batch.Times(column)[row]),
            _ => Show(batch.Numbers(column)[row]),
        };

    public static string Show(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    public static string ShowTime(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>A value as a set of texts may hold it: numbers in their shortest exact form, times in UTC.</summary>
    public static string? Key(this RowBatch batch, int column, int row) =>
        batch.IsMissing(column, row) ? null : batch.Schema.Columns[column].Kind switch
        {
            ColumnKind.Text => batch.Texts(column)[row],
            ColumnKind.Timestamp => ShowTime(batch.Times(column)[row]),
            _ => Show(batch.Numbers(column)[row]),
        };
}
