using System.Text.Json;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality;

/// <summary>Makes rows of the JSON in quarantine again.</summary>
internal static class ReplayBatch
{
    public static TableSchema SchemaOf(DatasetVersion version) =>
        new([.. version.Columns.Select(column => new ColumnSchema(column.Name, ColumnTypes.KindOf(column.Type)))]);

    /// <param name="rows">The rows; their lines are their places, from 1.</param>
    /// <param name="typed">The columns; null = those that the rows have, as texts.</param>
    /// <exception cref="MeshException">A value is not what its column holds.</exception>
    public static RowBatch Of(IReadOnlyList<OpenRow> rows, TableSchema? typed)
    {
        var values = rows.Select(Merge).ToList();
        var batch = new RowBatch(typed ?? TextColumns(values), rows.Count) { Count = rows.Count };
        for (var row = 0; row < rows.Count; row++)
        {
            batch.Lines[row] = row + 1;
            for (var column = 0; column < batch.Schema.Columns.Count; column++)
            {
                var text = values[row].GetValueOrDefault(batch.Schema.Columns[column].Name);
                Set(batch, column, row, string.IsNullOrEmpty(text) ? null : text, rows[row].Row.Id);
            }
        }

        return batch;
    }

    /// <summary>The same rows, with whole numbers where the table has them.</summary>
    public static RowBatch As(RowBatch rows, TableSchema schema)
    {
        var batch = new RowBatch(schema, rows.Capacity);
        for (var column = 0; column < schema.Columns.Count; column++)
        {
            switch (schema.Columns[column].Kind)
            {
                case ColumnKind.Text:
                    rows.Texts(column).CopyTo(batch.Texts(column), 0);
                    break;
                case ColumnKind.Timestamp:
                    rows.Times(column).CopyTo(batch.Times(column), 0);
                    break;
                default:
                    rows.Numbers(column).CopyTo(batch.Numbers(column), 0);
                    break;
            }
        }

        rows.Lines.CopyTo(batch.Lines, 0);
        batch.Count = rows.Count;
        return batch;
    }

    private static Dictionary<string, string?> Merge(OpenRow row)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in row.Row.Raw.EnumerateObject().Concat(row.Fixed?.EnumerateObject().AsEnumerable() ?? []))
        {
            values[member.Name] = member.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => member.Value.GetString(),
                _ => member.Value.GetRawText(),
            };
        }

        return values;
    }

    private static TableSchema TextColumns(List<Dictionary<string, string?>> rows) =>
        new([.. rows.SelectMany(row => row.Keys).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => new ColumnSchema(name, ColumnKind.Text))]);

    private static void Set(RowBatch batch, int column, int row, string? text, Guid id)
    {
        var (name, kind) = (batch.Schema.Columns[column].Name, batch.Schema.Columns[column].Kind);
        switch (kind)
        {
            case ColumnKind.Text:
                batch.Texts(column)[row] = text;
                break;
            case ColumnKind.Timestamp:
                batch.Times(column)[row] = text is null ? RowBatch.NoTime
                    : TimestampFormat.Rfc3339.TryRead(text, out var time) ? time
                    : throw Unreadable(id, name, TimestampFormat.Rfc3339.Expected, text);
                break;
            default:
                batch.Numbers(column)[row] = text is null ? double.NaN
                    : NumberText.TryRead(text, out var number) && (kind is ColumnKind.Number || Math.Floor(number) == number) ? number
                    : throw Unreadable(id, name, kind is ColumnKind.Number ? "a number" : "a whole number", text);
                break;
        }
    }

    private static MeshException Unreadable(Guid id, string column, string expected, string found) =>
        MeshException.InvalidArgument($"Row {id}, {column}: expected {expected}, found '{found}'.");
}
