using System.Runtime.CompilerServices;
using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Texts;

/// <summary>Reads texts, one a line, from a file in UTF-8.</summary>
internal static class TextLines
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The texts in order.</summary>
    /// <param name="stream">Read to its end; left open.</param>
    /// <param name="replaceInvalid">Whether what is not UTF-8 becomes U+FFFD; otherwise it is refused.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="MeshException">A line that is too long or not UTF-8; says which.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(
        Stream stream, bool replaceInvalid, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new LineReader(stream);
        while (await reader.NextAsync(cancellationToken))
        {
            yield return reader.IsCut
                ? throw MeshException.InvalidArgument(
                    $"Expected one text a line of at most {LineReader.LongestByDefault} bytes, found a longer one in line {reader.Number}.")
                : Decode(reader, replaceInvalid);
        }
    }

    private static string Decode(LineReader reader, bool replaceInvalid)
    {
        try
        {
            return (replaceInvalid ? Encoding.UTF8 : Strict).GetString(reader.Line.Span);
        }
        catch (DecoderFallbackException exception)
        {
            throw MeshException.InvalidArgument(
                $"Expected UTF-8, found the byte 0x{exception.BytesUnknown![0]:X2} at place {exception.Index} of line {reader.Number}: "
                + "convert the file, or ask for invalid bytes to be replaced.");
        }
    }
}
