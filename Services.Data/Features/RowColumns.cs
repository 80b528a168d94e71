using System.Globalization;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features;

/// <summary>What rows are taken by: columns by their names, keys and times of rows, and rows from one batch to another.</summary>
internal static class RowColumns
{
    private const char Between = '\u001f';

    /// <exception cref="MeshException">There is no such column; names those that there are.</exception>
    public static int Require(this TableSchema schema, string column, string usedFor) =>
        schema.IndexOf(column.Trim()) is var place and >= 0
            ? place
            : throw MeshException.InvalidArgument(
                $"There is no column '{column}' to be {usedFor}; columns are "
                + $"{string.Join(", ", schema.Columns.Select(candidate => candidate.Name))}.");

    /// <exception cref="MeshException">There is no such column, or it has no numbers.</exception>
    public static int RequireNumber(this TableSchema schema, string column, string usedFor)
    {
        var place = schema.Require(column, usedFor);
        return schema.Columns[place].Kind is ColumnKind.Integer or ColumnKind.Number
            ? place
            : throw MeshException.InvalidArgument(
                $"Column {column} is {ColumnTypes.NameOf(schema.Columns[place].Kind)} and cannot be {usedFor}: "
                + "a numeric column is needed.");
    }

    /// <exception cref="MeshException">There is no such column, or it has no times.</exception>
    public static int RequireTime(this TableSchema schema, string column, string usedFor)
    {
        var place = schema.Require(column, usedFor);
        return schema.Columns[place].Kind is ColumnKind.Timestamp or ColumnKind.Text
            ? place
            : throw MeshException.InvalidArgument(
                $"Column {column} is {ColumnTypes.NameOf(schema.Columns[place].Kind)} and cannot be {usedFor}: "
                + "a timestamp, or text in ISO 8601, is needed.");
    }

    /// <summary>A schema of these columns; two with one name are refused, and names that no file could have.</summary>
    public static TableSchema Schema(IReadOnlyList<ColumnSchema> columns)
    {
        if (columns.FirstOrDefault(column => column.Name.Length == 0 || column.Name.Any(char.IsControl)) is not null)
        {
            throw MeshException.InvalidArgument("A column's name is not empty and has no control characters.");
        }

        var twice = columns.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? new TableSchema(columns)
            : throw MeshException.InvalidArgument(
                $"Two columns would be named {twice.Key}: give one another name with 'as', or a join a 'prefix'.");
    }

    /// <summary>The time of a row in microseconds; <see cref="RowBatch.NoTime"/> = missing.</summary>
    /// <exception cref="MeshException">A text is no time; names its line.</exception>
    public static long TimeOf(RowBatch batch, int column, int row)
    {
        if (batch.Schema.Columns[column].Kind is ColumnKind.Timestamp)
        {
            return batch.Times(column)[row];
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces;
        return batch.Texts(column)[row] is not { } text ? RowBatch.NoTime
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var time)
                ? (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond
                : throw MeshException.FailedPrecondition(
                    $"Row {batch.Lines[row]}: {batch.Schema.Columns[column].Name} is no time in ISO 8601, found '{text}'.");
    }

    /// <summary>What a row is about, as one text; null where a part of it is missing.</summary>
    public static string? KeyOf(RowBatch batch, IReadOnlyList<int> columns, int row) => columns.Count switch
    {
        0 => "",
        1 => PartOf(batch, columns[0], row),
        _ => columns.Any(column => batch.IsMissing(column, row))
            ? null
            : string.Join(Between, columns.Select(column => PartOf(batch, column, row))),
    };

    /// <summary>Copies one value; both columns are of one kind.</summary>
    public static void Copy(RowBatch from, int fromColumn, int fromRow, RowBatch to, int toColumn, int toRow)
    {
        switch (from.Schema.Columns[fromColumn].Kind)
        {
            case ColumnKind.Text:
                to.Texts(toColumn)[toRow] = from.Texts(fromColumn)[fromRow];
                break;
            case ColumnKind.Timestamp:
                to.Times(toColumn)[toRow] = from.Times(fromColumn)[fromRow];
                break;
            default:
                to.Numbers(toColumn)[toRow] = from.Numbers(fromColumn)[fromRow];
                break;
        }
    }

    /// <summary>Copies the values of the first columns, as many as <paramref name="from"/> has.</summary>
    public static void CopyRow(RowBatch from, int fromRow, RowBatch to, int toRow)
    {
        for (var column = 0; column < from.Schema.Columns.Count; column++)
        {
            Copy(from, column, fromRow, to, column, toRow);
        }

        to.Lines[toRow] = from.Lines[fromRow];
    }

    public static void SetMissing(RowBatch batch, int column, int row)
    {
        switch (batch.Schema.Columns[column].Kind)
        {
            case ColumnKind.Text:
                batch.Texts(column)[row] = null;
                break;
            case ColumnKind.Timestamp:
                batch.Times(column)[row] = RowBatch.NoTime;
                break;
            default:
                batch.Numbers(column)[row] = double.NaN;
                break;
        }
    }

    private static string? PartOf(RowBatch batch, int column, int row) => batch.IsMissing(column, row)
        ? null
        : batch.Schema.Columns[column].Kind switch
        {
            ColumnKind.Text => batch.Texts(column)[row],
            ColumnKind.Timestamp => batch.Times(column)[row].ToString(CultureInfo.InvariantCulture),
            _ => batch.Numbers(column)[row].ToString("R", CultureInfo.InvariantCulture),
        };
}
