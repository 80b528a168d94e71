using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Skipper.Gateway.Idempotency;

/// <summary>Tells payloads apart. The same JSON with other spaces, or its members in another order, is the same payload.</summary>
internal static class Fingerprint
{
    /// <summary>Lower case hex sha256 of the canonical form; of the bytes as they are where they are not JSON.</summary>
    public static string Of(ReadOnlyMemory<byte> body)
    {
        var canonical = new ArrayBufferWriter<byte>(body.Length + 1);
        try
        {
            using var document = JsonDocument.Parse(body);
            using var writer = new Utf8JsonWriter(canonical);
            Write(writer, document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or text in it is not Unicode: whoever reads it next refuses it.
            return Convert.ToHexStringLower(SHA256.HashData(body.Span));
        }

        return Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                // A stable sort: of two members of one name the last counts, so their order is kept.
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
