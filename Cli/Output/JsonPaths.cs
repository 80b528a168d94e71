using System.Text.Json;

namespace Skipper.Cli.Output;

/// <summary>Members of an answer, which may be absent.</summary>
internal static class JsonPaths
{
    /// <summary>Null where a part of the path is absent or null.</summary>
    /// <param name="json">Where to begin.</param>
    /// <param name="path">Names with dots between them.</param>
    public static JsonElement? Find(this JsonElement json, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (json.ValueKind is not JsonValueKind.Object || !json.TryGetProperty(name, out json))
            {
                return null;
            }
        }

        return json.ValueKind is JsonValueKind.Null ? null : json;
    }

    /// <summary>A text or number as it is, anything else as JSON; null where it is absent.</summary>
    public static string? Text(this JsonElement json, string path) => json.Find(path)?.ToString();

    public static double? Number(this JsonElement json, string path) =>
        json.Find(path) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    /// <summary>Empty where it is absent.</summary>
    public static IReadOnlyList<JsonElement> Items(this JsonElement json, string path) =>
        json.Find(path) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    /// <summary>The elements of an array as a list of words.</summary>
    public static string Joined(this JsonElement json, string path, string member = "") =>
        string.Join(", ", json.Items(path).Select(item => member.Length == 0 ? item.ToString() : item.Text(member)));
}
