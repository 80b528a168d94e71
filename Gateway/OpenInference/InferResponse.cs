using System.Globalization;
using System.Text.Json;

namespace Skipper.Gateway.OpenInference;

/// <summary>Writes what a worker answered; where it has tensors in binary form, their bytes after the JSON object.</summary>
internal static class InferResponse
{
    /// <summary>In requests and responses: the length of the JSON object that binary tensors follow. Bytes.</summary>
    public const string HeaderLength = "Inference-Header-Content-Length";

    public static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> reply)
    {
        var writer = response.BodyWriter;
        if (Split(reply.Span, out var start) is not { } binary)
        {
            response.ContentType = "application/json";
            response.ContentLength = reply.Length;
            await writer.WriteAsync(reply, response.HttpContext.RequestAborted);
            return;
        }

        var length = 1 + reply.Length - start;
        response.ContentType = "application/octet-stream";
        response.Headers[HeaderLength] = length.ToString(CultureInfo.InvariantCulture);
        response.ContentLength = length + binary.Length;
        await writer.WriteAsync("{"u8.ToArray(), response.HttpContext.RequestAborted);
        await writer.WriteAsync(reply[start..], response.HttpContext.RequestAborted);
        await writer.WriteAsync(binary, response.HttpContext.RequestAborted);
    }

    /// <summary>The bytes of the first member, where that is <c>binary</c>, and where the second begins.</summary>
    private static byte[]? Split(ReadOnlySpan<byte> reply, out int start)
    {
        var reader = new Utf8JsonReader(reply);
        start = 0;
        if (!reader.Read() || !reader.Read() || reader.TokenType is not JsonTokenType.PropertyName || !reader.ValueTextEquals("binary"u8))
        {
            return null;
        }

        reader.Read();
        var binary = reader.GetBytesFromBase64();
        reader.Read();
        start = (int)reader.TokenStartIndex;
        return binary;
    }
}
