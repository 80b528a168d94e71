using System.Text;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// Writes versions as CSV: cells in quotes where they need them, and a text that a spreadsheet would take for a formula behind an
/// apostrophe, which makes it text there.
/// </summary>
internal sealed class DatasetExporter(DatasetCatalog catalog, IArtifactStore artifacts)
{
    private const string Formula = "=+-@\t\r";

    /// <summary>Returns the digest of the file.</summary>
    public async Task<string> ExportAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        await using var upload = new ArtifactUpload(artifacts);
        await using (var writer = new StreamWriter(upload.Stream, new UTF8Encoding(false), 64 * 1024))
        {
            await writer.WriteAsync(Line(version.Columns.Select(column => Cell(column.Name))));
            await catalog.ReadAsync(version, batch => WriteAsync(writer, batch, cancellationToken), cancellationToken);
        }

        return await upload.CompleteAsync();
    }

    public static string Cell(string text)
    {
        var safe = text.Length > 0 && Formula.Contains(text[0], StringComparison.Ordinal) ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") || safe.AsSpan().Trim().Length < safe.Length
            ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : safe;
    }

    private static async Task WriteAsync(StreamWriter writer, RowBatch batch, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        for (var row = 0; row < batch.Count; row++)
        {
            line.Clear().Append(Line(batch.Schema.Columns.Select((column, place) =>
            {
                var text = CellFormat.Text(batch, place, row);
                return column.Kind is ColumnKind.Text ? Cell(text) : text;
            })));
            await writer.WriteAsync(line, cancellationToken);
        }
    }

    private static string Line(IEnumerable<string> cells) => string.Join(',', cells) + "\r\n";
}
