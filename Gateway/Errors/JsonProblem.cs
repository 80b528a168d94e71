using System.Text.Json;

namespace Skipper.Gateway.Errors;

/// <summary>Says what is wrong with a body, and where, in words for people.</summary>
internal static class JsonProblem
{
    public static string Describe(JsonException exception) => exception.LineNumber is { } line
        ? $"The body is not valid JSON at line {line + 1}, byte {exception.BytePositionInLine + 1}: {Reason(exception.Message)}"
        : $"The body is not valid JSON: {exception.Message}";

    public static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };

    /// <summary>Without the position, which is said already, counted from one.</summary>
    private static string Reason(string message)
    {
        var end = message.IndexOf(" Path:", StringComparison.Ordinal);
        if (end < 0)
        {
            end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        }

        return end < 0 ? message : message[..end];
    }
}
