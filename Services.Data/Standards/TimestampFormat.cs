using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Skipper.Services.Data.Imports;

namespace Skipper.Services.Data.Standards;

/// <summary>How a column writes its times, and how they become microseconds since 1970-01-01 UTC.</summary>
/// <param name="Name"><c>rfc3339</c>, <c>unix</c>, <c>unix_ms</c>, or a .NET format such as <c>dd.MM.yyyy HH:mm</c>.</param>
/// <param name="Zone">Where the clock hangs that a format without an offset shows.</param>
internal sealed partial record TimestampFormat(string Name, TimeZoneInfo? Zone = null)
{
    private const int MostCharacters = 128;

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
        Span<byte> ascii = stackalloc byte[MostCharacters];
        microseconds = 0;
        return text.Length <= MostCharacters
            && DateAndTime().IsMatch(text)
            && IsoTime.TryRead(ascii[..Encoding.ASCII.GetBytes(text, ascii)], out microseconds);
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

    /// <summary>Less than <see cref="IsoTime"/> reads: all parts must be there, as RFC 3339 wants.</summary>
    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex DateAndTime();
}
