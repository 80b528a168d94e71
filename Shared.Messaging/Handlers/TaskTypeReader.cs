using System.Text.Json;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>Reads the one member of a request body that routing needs.</summary>
public static class TaskTypeReader
{
    /// <summary>The <c>task_type</c> of a request body; null where the object has none.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: not JSON, not an object, or <c>task_type</c> is not text.</exception>
    public static string? Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw MeshException.InvalidArgument($"Expected a JSON object, found {Describe(reader.TokenType)}.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals("task_type"u8);
                reader.Read();
                if (found)
                {
                    return reader.TokenType == JsonTokenType.String
                        ? reader.GetString()
                        : throw MeshException.InvalidArgument($"task_type must be text, found {Describe(reader.TokenType)}.");
                }

                reader.Skip();
            }

            return null;
        }
        catch (JsonException exception)
        {
            throw MeshException.InvalidArgument($"The body is not valid JSON: {exception.Message}");
        }
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };
}
