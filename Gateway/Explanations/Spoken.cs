using System.Globalization;
using System.Text.Json;

namespace Skipper.Gateway.Explanations;

/// <summary>Values in words for people.</summary>
internal static class Spoken
{
    /// <summary>Two units at most: <c>2 h 10 min</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var d = duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
        return d switch
        {
            { TotalSeconds: < 10 } => Text($"{d.TotalSeconds:0.#} s"),
            { TotalMinutes: < 1 } => Text($"{d.TotalSeconds:0} s"),
            { TotalHours: < 1 } => Text($"{d.Minutes} min{Rest(d.Seconds, "s")}"),
            { TotalDays: < 1 } => Text($"{d.Hours} h{Rest(d.Minutes, "min")}"),
            _ => Text($"{d.Days} d{Rest(d.Hours, "h")}"),
        };
    }

    public static string Time(DateTimeOffset time) => Text($"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

    /// <summary>One as it is, more with their number: <c>1 step</c>, <c>3 steps</c>.</summary>
    public static string Count(int count, string noun) => Text($"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>What an error says, out of its JSON.</summary>
    public static string Error(string? json)
    {
        if (json is null)
        {
            return "no reason was given";
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement is { ValueKind: JsonValueKind.Object } error
                && error.TryGetProperty("error", out var text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()!.TrimEnd('.', ' ')
                : json;
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private static string Rest(int value, string unit) => value == 0 ? "" : Text($" {value} {unit}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
