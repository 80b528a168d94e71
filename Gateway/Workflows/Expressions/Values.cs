using System.Text.Json;

namespace Skipper.Gateway.Workflows.Expressions;

/// <summary>What operators need to know about JSON values.</summary>
internal static class Values
{
    private const int LongestExcerpt = 60;

    public static JsonElement Null { get; } = JsonElement.Parse("null");

    public static JsonElement Of(bool value) => value ? JsonElement.Parse("true") : JsonElement.Parse("false");

    public static JsonElement Of(string text) => JsonSerializer.SerializeToElement(text);

    /// <summary>JSON as it is; what a worker answered that is none, as text.</summary>
    public static JsonElement Read(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return Of(json);
        }
    }

    public static bool Truth(JsonElement value, string by) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new ExpressionException($"'{by}' takes true or false, found {Describe(value)}."),
    };

    public static int Compare(JsonElement left, JsonElement right, string by) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => CompareNumbers(left, right),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(left.GetString(), right.GetString()),
        _ => throw new ExpressionException(
            $"'{by}' compares two numbers or two texts, found {Describe(left)} and {Describe(right)}."),
    };

    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object with " + Members(value),
        JsonValueKind.Array => $"a list of {value.GetArrayLength()}",
        JsonValueKind.Null => "null",
        JsonValueKind.String => $"the text '{Cut(value.GetString()!)}'",
        _ => Cut(value.GetRawText()),
    };

    private static int CompareNumbers(JsonElement left, JsonElement right) =>
        left.TryGetDecimal(out var a) && right.TryGetDecimal(out var b)
            ? a.CompareTo(b)
            : left.GetDouble().CompareTo(right.GetDouble());

    private static string Members(JsonElement value)
    {
        var names = value.EnumerateObject().Select(member => member.Name).Take(8).ToList();
        return names.Count == 0 ? "nothing" : Cut(string.Join(", ", names));
    }

    private static string Cut(string text) => text.Length <= LongestExcerpt ? text : $"{text[..LongestExcerpt]}...";
}
