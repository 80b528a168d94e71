using System.Text;
using System.Text.Json;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality;

/// <summary>Writes rows as JSON, by column; missing values are null.</summary>
internal static class RawRow
{
    public static string Of(RowBatch batch, int row) => Write(writer => WriteCells(writer, batch, row));

    /// <summary>The row, and JSON that it was made of.</summary>
    public static string Of(RowBatch batch, int row, string name, string json) => Write(writer =>
    {
        WriteCells(writer, batch, row);
        writer.WritePropertyName(name);
        writer.WriteRawValue(json);
    });

    /// <summary>A record whose cells are not as many as there are columns; those beyond are named by their place.</summary>
    public static string Of(TableSchema schema, IReadOnlyList<string> cells) => Write(writer =>
    {
        for (var i = 0; i < cells.Count; i++)
        {
            writer.WriteString(i < schema.Columns.Count ? schema.Columns[i].Name : $"cell {i + 1}", cells[i]);
        }
    });

    private static void WriteCells(Utf8JsonWriter writer, RowBatch batch, int row)
    {
        for (var column = 0; column < batch.Schema.Columns.Count; column++)
        {
            writer.WritePropertyName(batch.Schema.Columns[column].Name);
            switch (batch.Schema.Columns[column].Kind)
            {
                case var _ when batch.IsMissing(column, row):
                    writer.WriteNullValue();
                    break;
                case ColumnKind.Text:
                    writer.WriteStringValue(batch.Texts(column)[row]);
                    break;
                case ColumnKind.Timestamp:
                    writer.WriteStringValue(Columns.ShowTime(batch.Times(column)[row]));
                    break;
                default:
                    writer.WriteNumberValue(batch.Numbers(column)[row]);
                    break;
            }
        }
    }

    private static string Write(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
