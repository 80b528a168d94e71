using System.Globalization;
using System.Text.RegularExpressions;

namespace Skipper.Services.Data.Standards;

/// <summary>How a column writes its times, and how they become microseconds since 1970-01-01 UTC.</summary>
/// <param name="Name"><c>rfc3339</c>, <c>unix</c>, <c>unix_ms</c>, or a .NET format such as <c>dd.MM.yyyy HH:mm</c>.</param>
/// <param name="Zone">Where the clock hangs that a format without an offset shows.</param>
internal sealed partial record TimestampFormat(string Name, TimeZoneInfo? Zone = null)
{
    // The years 1 to 9999 in UTC: what every database and reader of files can hold.
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    public static readonly TimestampFormat Rfc3339 = new("rfc3339");

    public string Expected => Name switch
    {
        "rfc3339" => "an RFC 3339 date and time with Z or an offset",
        "unix" => "seconds since 1970",
        "unix_ms" => "milliseconds since 1970",
        _ => Zone is null ? $"a time as {Name}" : $"a time as {Name} that exists once in {Zone.Id}",
    };

    public bool TryRead(string text, out long microseconds) => Name switch
    {
        "rfc3339" => TryReadRfc3339(text, out microseconds),
        "unix" => TryReadUnix(text, 1_000_000, out microseconds),
        "unix_ms" => TryReadUnix(text, 1000, out microseconds),
        _ => TryReadLocal(text, out microseconds),
    };

    private static bool TryReadRfc3339(string text, out long microseconds)
    {
        microseconds = 0;
        var match = DateAndTime().Match(text);
        if (!match.Success)
        {
            return false;
        }

        int Part(int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        var (year, month, day) = (Part(1), Part(2), Part(3));
        var (hour, minute, second) = (Part(4), Part(5), Part(6));
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var offset = 0;
        if (match.Groups[8].Success)
        {
            var (hours, minutes) = (Part(9), Part(10));
            if (hours > 23 || minutes > 59)
            {
                return false;
            }

            offset = ((hours * 60) + minutes) * (match.Groups[8].ValueSpan[0] == '-' ? -1 : 1);
        }

        // A leap second counts as the first of the next minute, as in UNIX time.
        var seconds = new DateTimeOffset(year, month, day, hour, minute, 0, TimeSpan.Zero).ToUnixTimeSeconds() + second - (offset * 60L);
        microseconds = (seconds * 1_000_000) + Fraction(match.Groups[7].ValueSpan);
        return seconds is >= FirstSecond and <= LastSecond;
    }

    /// <summary>Microseconds; further digits are cut off.</summary>
    private static int Fraction(ReadOnlySpan<char> digits)
    {
        var result = 0;
        for (var i = 0; i < 6; i++)
        {
            result = (result * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        }

        return result;
    }

    private static bool TryReadUnix(string text, double scale, out long microseconds)
    {
        var read = NumberText.TryRead(text, out var number)
            && number * scale >= FirstSecond * 1e6 && number * scale <= LastSecond * 1e6;
        microseconds = read ? (long)Math.Round(number * scale) : 0;
        return read;
    }

    private bool TryReadLocal(string text, out long microseconds)
    {
        microseconds = 0;
        if (Zone is null)
        {
            var read = DateTimeOffset.TryParseExact(
                text, Name, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
            microseconds = read ? (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : 0;
            return read;
        }

        // An hour that the clock skips or shows twice is not guessed.
        if (!DateTime.TryParseExact(text, Name, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            || Zone.IsInvalidTime(local) || Zone.IsAmbiguousTime(local))
        {
            return false;
        }

        var utc = TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), Zone);
        microseconds = (utc - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return true;
    }

    [GeneratedRegex(
        @"\A([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))\z")]
    private static partial Regex DateAndTime();
}
