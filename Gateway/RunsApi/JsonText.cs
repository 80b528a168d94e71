using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skipper.Gateway.RunsApi;

/// <summary>Stored JSON, copied into an answer as it is; what is not JSON becomes a JSON text.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record JsonText(string Text)
{
    public static JsonText? Of(string? text) => text is null ? null : new JsonText(text);

    public static bool IsJson(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            var any = false;
            while (reader.Read())
            {
                any = true;
            }

            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed class Converter : JsonConverter<JsonText>
    {
        public override JsonText? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new JsonText(document.RootElement.GetRawText());
        }

        public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options)
        {
            if (IsJson(value.Text))
            {
                writer.WriteRawValue(value.Text, skipInputValidation: true);
            }
            else
            {
                writer.WriteStringValue(value.Text);
            }
        }
    }
}
