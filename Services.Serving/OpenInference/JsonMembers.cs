using System.Text.Json;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>Reads one item of a list; the reader stands on its first token, and on its last afterwards.</summary>
internal delegate T ReadItem<out T>(ref Utf8JsonReader reader);

/// <summary>Reads members of requests; the reader stands on the member's name, and on the last token of its value afterwards.</summary>
internal static class JsonMembers
{
    public static List<T> ReadList<T>(ref Utf8JsonReader reader, string name, ReadItem<T> readItem)
    {
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            throw Expected(name, "an array", reader.TokenType);
        }

        List<T> items = [];
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            items.Add(readItem(ref reader));
        }

        return items;
    }

    public static string ReadText(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.String ? reader.GetString()! : throw Expected(name, "text", reader.TokenType);
    }

    public static bool ReadBoolean(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Expected(name, "true or false", reader.TokenType),
        };
    }

    /// <summary>A whole number from 0.</summary>
    public static long ReadCount(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return ReadCountHere(ref reader, name);
    }

    /// <summary>The same, of the token that the reader stands on.</summary>
    public static long ReadCountHere(ref Utf8JsonReader reader, string name) =>
        reader.TokenType is JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0
            ? value
            : throw Expected(name, "a whole number from 0", reader.TokenType);

    /// <param name="reader">Stands on the first token.</param>
    /// <param name="name">What is read.</param>
    public static void RequireObject(ref Utf8JsonReader reader, string name) =>
        _ = reader.TokenType is JsonTokenType.StartObject ? 0 : throw Expected(name, "an object", reader.TokenType);

    private static MeshException Expected(string name, string expected, JsonTokenType found) => MeshException.InvalidArgument(
        $"{char.ToUpperInvariant(name[0])}{name[1..]} must be {expected}, found {Describe(found)}.");

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "another number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };
}
