using System.Text.Json;

namespace Skipper.Cli.Connections;

/// <summary>An error as the API tells it (RFC 9457).</summary>
internal readonly record struct Problem(string Detail, string Code)
{
    /// <summary>False where it is none.</summary>
    public static bool TryRead(string body, out Problem problem)
    {
        problem = default;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("detail", out var detail) && detail.ValueKind is JsonValueKind.String
                && root.TryGetProperty("code", out var code) && code.ValueKind is JsonValueKind.String)
            {
                problem = new Problem(detail.GetString()! + Places(root), code.GetString()!);
                return true;
            }
        }
        catch (JsonException)
        {
            // Not the API's.
        }

        return false;
    }

    /// <summary>Of a definition that is wrong in several places, all of them.</summary>
    private static string Places(JsonElement root) =>
        root.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Array && errors.GetArrayLength() > 1
            ? string.Concat(errors.EnumerateArray().Select(error =>
                $"\n  line {error.GetProperty("line")}, column {error.GetProperty("column")}: {error.GetProperty("message")}"))
            : "";
}
