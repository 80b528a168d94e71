using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Standards;

namespace Skipper.Services.Data.Sources.Mapping;

/// <summary>Reads the values of one column; what cannot be read is a reason, not an exception.</summary>
internal sealed class CellReader(ColumnMapping column, IReadOnlyList<string> missing)
{
    private readonly Unit? _unit = column.Unit is null ? null : UnitNames.Find(column.Unit);

    /// <summary>The text of a value; null where it is missing.</summary>
    public string? Text(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString()!.Trim(),
            JsonValueKind.Object or JsonValueKind.Array => throw Unreadable(value, "a single value"),
            _ => value.GetRawText(),
        };
        if (text is null or "" || missing.Contains(text))
        {
            return null;
        }

        return column.Words.TryGetValue(text, out var meaning) ? meaning : text;
    }

    /// <summary>The number in the unit of the column; NaN where it is missing.</summary>
    /// <param name="value">The value as the provider wrote it.</param>
    /// <param name="unit">Its unit, where a field says it.</param>
    public double Number(JsonElement value, string? unit)
    {
        if (Text(value) is not { } text)
        {
            return double.NaN;
        }

        double number;
        if (column.Match is { } pattern && !column.Words.Values.Contains(text))
        {
            var match = pattern.Match(text);
            if (!match.Success)
            {
                throw Unreadable(value, $"a text like {pattern}");
            }

            number = Middle(match, value);
            unit = match.Groups["unit"] is { Success: true } found ? found.Value : unit;
        }
        else
        {
            number = Parse(text, value);
        }

        return _unit is null ? number : Convert(number, unit ?? column.GivenUnit);
    }

    /// <summary>Microseconds since 1970 UTC.</summary>
    /// <param name="value">Not missing.</param>
    /// <param name="offset">Seconds that times without an offset are ahead of UTC, where a field says it.</param>
    public long Time(JsonElement value, double? offset)
    {
        var text = Text(value)!;
        if (column.Format is null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            // From the year 1 to 9999; anything else is not seconds.
            return seconds is > -62_135_596_800 and < 253_402_300_800
                ? (long)Math.Round(seconds * 1e6)
                : throw Unreadable(value, "Unix seconds");
        }

        const DateTimeStyles Styles = DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.RoundtripKind;
        var read = column.Format is { } format
            ? DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, Styles, out var time)
            : DateTime.TryParse(text, CultureInfo.InvariantCulture, Styles, out time) && Iso8601(text);
        if (!read)
        {
            throw Unreadable(value, column.Format is null ? "a time in ISO 8601 or Unix seconds" : $"a time written {column.Format}");
        }

        var utc = time.Kind switch
        {
            DateTimeKind.Utc => time,
            DateTimeKind.Local => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcDateTime,
            _ when offset is { } ahead => time.AddSeconds(-ahead),
            _ when column.Zone is { } zone => InZone(time, zone, value),
            _ => time,
        };
        return (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    }

    private double Convert(double number, string? from)
    {
        if (from is null)
        {
            return number;
        }

        return UnitNames.Find(from) is { } unit && unit.Dimension == _unit!.Dimension
            ? unit.Convert(number, _unit)
            : throw new UnreadableException($"expected a unit that can be converted to {_unit!.Code}, found '{Shorten(from)}'");
    }

    /// <summary>The number, or the middle of a range.</summary>
    private static double Middle(Match match, JsonElement value)
    {
        var number = Parse(match.Groups["value"].Value, value);
        return match.Groups["to"] is { Success: true } to ? (number + Parse(to.Value, value)) / 2 : number;
    }

    private static double Parse(string text, JsonElement value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw Unreadable(value, "a number");

    private static DateTime InZone(DateTime time, TimeZoneInfo zone, JsonElement value) => zone.IsInvalidTime(time)
        ? throw Unreadable(value, $"a time that exists in {zone.Id}")
        : TimeZoneInfo.ConvertTimeToUtc(time, zone);

    /// <summary>A year first: 03/04/2024 is two days, depending on who reads it.</summary>
    private static bool Iso8601(string text) => text.Length >= 10 && text[4] == '-' && text[7] == '-';

    private static UnreadableException Unreadable(JsonElement value, string expected) =>
        new($"expected {expected}, found {Shorten(value.ToString())}");

    public static string Shorten(string text) => text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}...";
}

/// <summary>A value is not what its column holds; the message says what was expected and what was found.</summary>
internal sealed class UnreadableException(string message) : Exception(message);
