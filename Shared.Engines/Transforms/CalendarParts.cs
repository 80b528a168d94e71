using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines.Transforms;

/// <summary>Where in its day, week or year a time is. Times are microseconds since 1970-01-01 UTC; what comes out has a fraction.</summary>
public static class CalendarParts
{
    private const double Hour = 3600e6;
    private const double Day = 24 * Hour;

    /// <summary>1970-01-01 was a Thursday, and a week begins on Monday.</summary>
    private const double FirstMonday = 4 * Day;

    /// <summary>The parts, and after how much each begins anew.</summary>
    public static IReadOnlyDictionary<string, double> Periods { get; } = new Dictionary<string, double>
    {
        ["hour_of_day"] = 24,
        ["day_of_week"] = 7,
        ["day_of_year"] = 365.2425,
        ["month_of_year"] = 12,
    };

    /// <summary>Reads a part of a time; NaN for a missing time.</summary>
    public static double Read(string part, double microseconds)
    {
        if (double.IsNaN(microseconds))
        {
            return double.NaN;
        }

        switch (part)
        {
            case "hour_of_day":
                return Modulo(microseconds, Day) / Hour;
            case "day_of_week":
                return Modulo(microseconds - FirstMonday, 7 * Day) / Day;
            default:
                var time = DateTime.UnixEpoch.AddMicroseconds(microseconds);
                var day = time.TimeOfDay / TimeSpan.FromDays(1);
                return part switch
                {
                    "day_of_year" => time.DayOfYear - 1 + day,
                    "month_of_year" => time.Month - 1 + ((time.Day - 1 + day) / DateTime.DaysInMonth(time.Year, time.Month)),
                    _ => throw MeshException.InvalidArgument(
                        $"A part of a time is one of {string.Join(", ", Periods.Keys)}, found '{part}'."),
                };
        }
    }

    private static double Modulo(double value, double period) => value - (Math.Floor(value / period) * period);
}
