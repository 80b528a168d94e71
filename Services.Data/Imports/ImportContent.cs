using System.Text;
using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Imports;

/// <summary>How a file spells its rows.</summary>
/// <param name="IsJson">One JSON object per line, else CSV.</param>
/// <param name="Delimiter">What stands between the cells of CSV.</param>
internal sealed record ImportFormat(bool IsJson, byte Delimiter);

/// <summary>
/// Makes UTF-8 text of a file, unpacked if it is gzip, up to a size, and finds out what it is: read as often as it is asked for.
/// </summary>
/// <param name="open">Opens the file anew.</param>
/// <param name="encodingName">The encoding; absent = UTF-8, or UTF-16 with a byte order mark.</param>
/// <param name="megabytes">The most it may be, unpacked.</param>
internal sealed class ImportContent(
    Func<CancellationToken, Task<Stream>> open, string? encodingName, int megabytes)
{
    private const int SniffedBytes = 64 * 1024;
    private static readonly byte[] Delimiters = [(byte)',', (byte)';', (byte)'\t', (byte)'|'];

    private readonly Encoding? _encoding = FindEncoding(encodingName);
    private ImportFormat? _format;

    /// <summary>A reader for the records, before the first; of CSV the header is taken.</summary>
    /// <param name="names">Columns known from an earlier reading.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<RecordReader> OpenAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var text = await OpenTextAsync(cancellationToken);
        try
        {
            _format ??= Sniff(await text.PeekAsync(SniffedBytes, cancellationToken));
            if (_format.IsJson)
            {
                return new JsonLinesReader(text, names);
            }

            var reader = new CsvRecordReader(text, _format.Delimiter);
            reader.Header = CsvHeader.Check(
                await reader.ReadAsync(cancellationToken) ? reader.Texts() : [], reader.Fault);
            return reader;
        }
        catch (Exception exception)
        {
            await text.DisposeAsync();
            if (exception is DecoderFallbackException)
            {
                throw MeshException.InvalidArgument($"The file is not text in its encoding: {exception.Message}");
            }

            throw;
        }
    }

    private async Task<PeekStream> OpenTextAsync(CancellationToken cancellationToken)
    {
        var file = new PeekStream(await open(cancellationToken));
        if ((await file.PeekAsync(2, cancellationToken)).Span is [0x1F, 0x8B, ..])
        {
            file = new PeekStream(new GunzipStream(file));
        }

        var limited = new PeekStream(new LimitedStream(file, megabytes));
        var encoding = (await limited.PeekAsync(3, cancellationToken)).Span switch
        {
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
            [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
            [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
            _ => null,
        };
        limited.Skip(encoding is UTF8Encoding ? 3 : encoding is null ? 0 : 2);
        encoding ??= _encoding;
        return encoding is null or UTF8Encoding
            ? limited
            : new PeekStream(Encoding.CreateTranscodingStream(limited, encoding, new UTF8Encoding(false)));
    }

    /// <summary>A JSON object begins with a brace; the delimiter is the one that the first line has most of.</summary>
    private static ImportFormat Sniff(ReadOnlyMemory<byte> beginning)
    {
        var text = beginning.Span;
        if (CellText.Trim(text) is [(byte)'{', ..])
        {
            return new ImportFormat(IsJson: true, Delimiters[0]);
        }

        if (CellText.Trim(text) is [(byte)'[', (byte)'{' or (byte)'\r' or (byte)'\n' or (byte)' ', ..])
        {
            throw MeshException.InvalidArgument("The file is a JSON array: write one object per line instead (JSON Lines).");
        }

        Span<int> counts = stackalloc int[Delimiters.Length];
        var quoted = false;
        foreach (var letter in text.TrimStart("\r\n \t"u8))
        {
            quoted ^= letter == '"';
            if (quoted)
            {
                continue;
            }

            if (letter is (byte)'\n' or (byte)'\r')
            {
                break;
            }

            var delimiter = Array.IndexOf(Delimiters, letter);
            if (delimiter >= 0)
            {
                counts[delimiter]++;
            }
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return new ImportFormat(IsJson: false, Delimiters[best]);
    }

    private static Encoding? FindEncoding(string? name)
    {
        if (name is null)
        {
            return null;
        }

        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw MeshException.InvalidArgument(
                $"There is no encoding '{name}': leave it out for UTF-8, or name one such as windows-1252 or utf-16.");
        }
    }
}
