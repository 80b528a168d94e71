using System.Globalization;
using System.Text.RegularExpressions;
using Skipper.Gateway.Jobs;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Backfills;

/// <summary>
/// The slots of a range: its start and every so much after it (<c>90s 15m 6h 1d 2w</c>), or the times of a cron expression. Days and
/// weeks are those of the calendar of the time zone, whatever its clocks do.
/// </summary>
internal static partial class BackfillSlots
{
    /// <summary>The most slots of a backfill.</summary>
    public const int Most = 10_000;

    private const int FirstYear = 1900;
    private const int LastYear = 2200;

    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK"];

    /// <summary>The slots in [from, to), oldest first.</summary>
    /// <exception cref="MeshException">None, too many, or an interval that is not understood (<c>invalid_argument</c>).</exception>
    public static IReadOnlyList<DateTimeOffset> Of(string every, string timeZone, DateTimeOffset from, DateTimeOffset to)
    {
        var slots = All(every, timeZone, from).TakeWhile(slot => slot < to).Take(Most + 1).ToList();
        return slots.Count switch
        {
            0 => throw MeshException.InvalidArgument(
                $"There is no slot from {from:O} to {to:O}; to is the first time after the range."),
            > Most => throw MeshException.InvalidArgument(
                $"There may be at most {Most} slots in a backfill, every {every} there are more from {from:O} to {to:O}."),
            _ => slots,
        };
    }

    /// <summary>A time, or a date, which begins at midnight of the time zone.</summary>
    /// <exception cref="MeshException">It is neither, or too far away (<c>invalid_argument</c>).</exception>
    public static DateTimeOffset Time(string name, string? text, string timeZone)
    {
        var zone = TimeZones.Find(timeZone);
        if (!DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var local))
        {
            throw MeshException.InvalidArgument(
                $"{name} must be a date or a time such as 2026-01-31 or 2026-01-31T06:00:00Z, was '{text}'.");
        }

        if (local.Year is < FirstYear or > LastYear)
        {
            throw MeshException.InvalidArgument($"{name} must be in the years {FirstYear} to {LastYear}, was '{text}'.");
        }

        return local.Kind is DateTimeKind.Unspecified
            ? Resolve(local, zone)
            : DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture).ToUniversalTime();
    }

    private static IEnumerable<DateTimeOffset> All(string every, string timeZone, DateTimeOffset from)
    {
        if (Interval().Match(every) is { Success: true } match)
        {
            var count = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            return match.Groups[2].ValueSpan[0] switch
            {
                's' => Steps(from, TimeSpan.FromSeconds(count)),
                'm' => Steps(from, TimeSpan.FromMinutes(count)),
                'h' => Steps(from, TimeSpan.FromHours(count)),
                'd' => Days(from, TimeZones.Find(timeZone), count),
                _ => Days(from, TimeZones.Find(timeZone), count * 7),
            };
        }

        return every.Contains(' ', StringComparison.Ordinal) || every.StartsWith('@')
            ? Cron.Parse(every, timeZone).AllAfter(from.AddTicks(-1))
            : throw MeshException.InvalidArgument(
                $"every must be a number and one of s, m, h, d, w, such as 1d, or a cron expression, was '{every}'.");
    }

    private static IEnumerable<DateTimeOffset> Steps(DateTimeOffset from, TimeSpan step) =>
        Enumerable.Range(0, Most + 1).Select(i => from + (i * step));

    private static IEnumerable<DateTimeOffset> Days(DateTimeOffset from, TimeZoneInfo zone, int days)
    {
        var local = TimeZoneInfo.ConvertTime(from, zone).DateTime;
        return Enumerable.Range(0, Most + 1).Select(i => Resolve(local.AddDays((double)i * days), zone));
    }

    /// <summary>As with cron: what the clocks jump over is at the end of the jump, what comes twice is when it first comes.</summary>
    private static DateTimeOffset Resolve(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
        {
            local = local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute));
            while (zone.IsInvalidTime(local))
            {
                local = local.AddMinutes(1);
            }
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    [GeneratedRegex(@"\A([1-9][0-9]{0,3})([smhdw])\z")]
    private static partial Regex Interval();
}
