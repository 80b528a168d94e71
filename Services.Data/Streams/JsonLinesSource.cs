using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Skipper.Services.Data.Texts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Streams;

/// <summary>
/// The JSON objects of a file, one a line, plain or packed by gzip; a line that is none is a record that has failed already.
/// </summary>
internal sealed class JsonLinesSource(string digest, IArtifactStore artifacts) : IRecordSource
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public long? Count => null;

    public async IAsyncEnumerable<StreamRecord> ReadAsync(
        long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var content = await OpenAsync(cancellationToken);
        var reader = new LineReader(content);
        while (await reader.NextAsync(cancellationToken))
        {
            if (reader.Number > position && reader.Line.Span.ContainsAnyExcept(" \t"u8))
            {
                yield return reader.IsCut
                    ? Failed(reader.Number, $"longer than {LineReader.LongestByDefault} bytes", reader.Line.Span[..1000])
                    : Parse(reader.Number, reader.Line);
            }
        }
    }

    /// <summary>The record of some bytes, failed where they are no JSON object.</summary>
    public static StreamRecord Parse(long position, ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
        {
            return Failed(position, "this is not UTF-8", json.Span);
        }

        try
        {
            return JsonNode.Parse(json.Span, documentOptions: Options) is JsonObject value
                ? new StreamRecord(position, value)
                : Failed(position, "expected a JSON object, found something else", json.Span);
        }
        catch (JsonException exception)
        {
            return Failed(position, $"this is not JSON: {exception.Message}", json.Span);
        }
    }

    private static StreamRecord Failed(long position, string reason, ReadOnlySpan<byte> found)
    {
        var record = new StreamRecord(position, new JsonObject { ["found"] = Encoding.UTF8.GetString(found) });
        record.Fail("read", reason);
        return record;
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var probe = await artifacts.OpenAsync(digest, cancellationToken);
            var start = new byte[2];
            var isPacked = await probe.ReadAtLeastAsync(start, 2, false, cancellationToken) == 2 && start is [0x1F, 0x8B];
            var content = await artifacts.OpenAsync(digest, cancellationToken);
            return isPacked ? new GZipStream(content, CompressionMode.Decompress) : content;
        }
        catch (FileNotFoundException exception)
        {
            throw MeshException.NotFound($"{exception.Message} Upload the file first.");
        }
    }
}
