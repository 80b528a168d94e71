using System.Globalization;
using System.Text;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// The one way to write a table down, so that the same content has the same digest however its CSV was spelled: UTF-8, LF,
/// a header of <c>name:type</c>, numbers in their shortest exact form, text always in quotes, a missing cell as nothing.
/// </summary>
internal static class CanonicalFile
{
    public static async Task WriteAsync(Stream stream, DatasetTable table, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 64 * 1024, leaveOpen: true);
        var line = new StringBuilder();
        line.AppendJoin(',', table.Columns.Select(column => Quote($"{column.Name}:{column.Type}"))).Append('\n');
        for (var row = 0; ; row++)
        {
            await writer.WriteAsync(line, cancellationToken);
            if (row == table.RowCount)
            {
                return;
            }

            line.Clear();
            foreach (var column in table.Columns)
            {
                AppendCell(line, column, row).Append(',');
            }

            line[^1] = '\n';
        }
    }

    public static async Task<DatasetTable> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        // Not the reader of imports: that one trims cells and leaves out blank lines, and here both are content.
        using var reader = new StreamReader(stream, new UTF8Encoding(false), false, bufferSize: 64 * 1024, leaveOpen: true);
        var records = Split(await reader.ReadToEndAsync(cancellationToken));
        return new DatasetTable(
            [.. records[0].Select((name, column) => CreateColumn(name!, column, records))], records.Count - 1);
    }

    private static TableColumn CreateColumn(string header, int column, List<List<string?>> records)
    {
        var colon = header.LastIndexOf(':');
        var cells = records.Skip(1).Select(record => record[column]);
        var result = new TableColumn(header[..colon], header[(colon + 1)..]);
        return result.Type is ColumnTypes.Text
            ? result with { Texts = [.. cells] }
            : result with
            {
                Numbers = [.. cells.Select(cell => cell is null ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture))],
            };
    }

    private static StringBuilder AppendCell(StringBuilder line, TableColumn column, int row) => column switch
    {
        { Numbers: { } numbers } when double.IsNaN(numbers[row]) => line,
        { Numbers: { } numbers } => line.Append(numbers[row].ToString("R", CultureInfo.InvariantCulture)),
        { Texts: { } texts } when texts[row] is { } text => line.Append(Quote(text)),
        _ => line,
    };

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static List<List<string?>> Split(string text)
    {
        List<List<string?>> records = [];
        List<string?> record = [];
        for (var i = 0; i < text.Length; i++)
        {
            record.Add(TakeCell(text, ref i));
            if (text[i] == ',')
            {
                continue;
            }

            records.Add(record);
            record = new List<string?>(record.Count);
        }

        return records;
    }

    /// <summary>Reads the cell at <paramref name="i"/> and leaves it on the comma or line end behind.</summary>
    private static string? TakeCell(string text, ref int i)
    {
        var start = i;
        if (text[i] != '"')
        {
            i += text.AsSpan(i).IndexOfAny(',', '\n');
            return i == start ? null : text[start..i];
        }

        do
        {
            i = text.IndexOf('"', i + 1) + 1;
        }
        while (text[i] == '"');
        return text[(start + 1)..(i - 1)].Replace("\"\"", "\"", StringComparison.Ordinal);
    }
}
