using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// Reads a member that is text in the original contract and that people write as a number: <c>"0.2"</c> and <c>0.2</c>
/// are the same.
/// </summary>
internal sealed class TextOrNumberConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => JsonElement.ParseValue(ref reader).GetRawText(),
            _ => throw new JsonException($"Expected text or a number, found {reader.TokenType}."),
        };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}
