namespace Skipper.Services.Data.Imports;

/// <summary>
/// Times as ISO 8601 writes them: a date, alone or with a time of day, seconds and fraction optional, and a zone.
/// </summary>
internal static class IsoTime
{
    private const long Earliest = -62_135_596_800_000_000;
    private const long Latest = 253_402_300_799_999_999;

    /// <summary>Reads a date (midnight UTC), or a date and time; one without a zone is refused, because nobody knows when it was.</summary>
    /// <param name="text">UTF-8, trimmed.</param>
    /// <param name="microseconds">Since 1970-01-01 UTC; digits beyond are cut.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        var date = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        if (text.Length == 10)
        {
            microseconds = date;
            return true;
        }

        if (text[10] is not ((byte)'T' or (byte)' ' or (byte)'t')
            || !TryTimeOfDay(text[11..], out var time, out var used)
            || !TryZone(text[(11 + used)..], out var offset))
        {
            return false;
        }

        microseconds = date + time - offset;
        return microseconds is >= Earliest and <= Latest;
    }

    private static bool TryTimeOfDay(ReadOnlySpan<byte> text, out long microseconds, out int used)
    {
        (microseconds, used) = (0, 5);
        if (text.Length < 5 || text[2] != ':' || !TryDigits(text[..2], out var hour) || !TryDigits(text[3..5], out var minute)
            || hour > 23 || minute > 59)
        {
            return false;
        }

        microseconds = ((hour * 60L) + minute) * 60_000_000;
        if (text.Length < 8 || text[5] != ':')
        {
            return true;
        }

        // A leap second counts as the first of the next minute, as in UNIX time.
        if (!TryDigits(text[6..8], out var second) || second > 60)
        {
            return false;
        }

        microseconds += second * 1_000_000L;
        used = 8;
        return text.Length == 8 || text[8] is not ((byte)'.' or (byte)',') || TryFraction(text, ref microseconds, ref used);
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, ref long microseconds, ref int used)
    {
        var unit = 100_000L;
        for (used = 9; used < text.Length && (uint)(text[used] - '0') <= 9; used++)
        {
            microseconds += (text[used] - '0') * unit;
            unit /= 10;
        }

        return used > 9;
    }

    private static bool TryZone(ReadOnlySpan<byte> text, out long offset)
    {
        offset = 0;
        if (text.Length == 1)
        {
            return text[0] is (byte)'Z' or (byte)'z';
        }

        if (text.Length is not (3 or 5 or 6) || text[0] is not ((byte)'+' or (byte)'-') || !TryDigits(text[1..3], out var hours))
        {
            return false;
        }

        var minutes = 0;
        if (text.Length > 3 && ((text.Length == 6 && text[3] != ':') || !TryDigits(text[^2..], out minutes)))
        {
            return false;
        }

        offset = ((hours * 60L) + minutes) * 60_000_000 * (text[0] == '-' ? -1 : 1);
        return hours <= 23 && minutes <= 59;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var letter in text)
        {
            var digit = (uint)(letter - '0');
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + (int)digit;
        }

        return true;
    }
}
