using System.Text.Unicode;
using CsvHelper;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Datasets;

/// <summary>A record of a CSV file, its cells trimmed, and the line on which it begins, from 1.</summary>
internal sealed record CsvRecord(int Line, string[] Cells)
{
    /// <summary>Whether quotes stand where they may not, so that cells are a guess.</summary>
    public bool Malformed { get; init; }
}

/// <summary>
/// Reads the records of a CSV file: UTF-8 with or without a byte order mark, any line ends, blank lines left out.
/// </summary>
internal static class CsvRecords
{
    private const int LongestRecord = 1024 * 1024;

    /// <exception cref="MeshException">The file is not text, or a quote is never closed.</exception>
    public static async Task<List<CsvRecord>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        CsvMalformedReason? malformed = null;
        var options = new CsvReaderOptions
        {
            Separator = ',',
            HasHeader = false,
            TrimWhitespace = true,
            TrimInsideQuotes = true,
            TrackLineNumbers = true,
            MaxRecordSize = LongestRecord,
            OnMalformedRecord = record => malformed = record.Reason,
        };
        List<CsvRecord> records = [];
        try
        {
            await using var reader = CsvReader.Create(stream, options, leaveOpen: true);
            while (await reader.ReadAsync(cancellationToken))
            {
                var line = (int)reader.LineNumber;
                if (!Utf8.IsValid(reader.RawRecord))
                {
                    throw MeshException.InvalidArgument($"The file is not UTF-8 text on line {line}: save it as CSV in UTF-8.");
                }

                if (malformed is CsvMalformedReason.UnterminatedQuote)
                {
                    throw Unclosed(line);
                }

                var cells = reader.Current.ToArray();
                if (cells is not [""])
                {
                    records.Add(new CsvRecord(line, cells) { Malformed = malformed is not null });
                }

                malformed = null;
            }
        }
        catch (CsvFormatException exception)
        {
            throw exception.LineNumber > 0
                ? Unclosed((int)exception.LineNumber)
                : MeshException.InvalidArgument($"The file cannot be read as CSV: {exception.Message}");
        }

        return records;
    }

    private static MeshException Unclosed(int line) => MeshException.InvalidArgument(
        $"The record that begins on line {line} does not end: is a quote never closed? "
        + $"(A record has at most {LongestRecord >> 20} MiB.)");
}
