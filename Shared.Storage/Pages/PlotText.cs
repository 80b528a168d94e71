using System.Globalization;

namespace Skipper.Shared.Storage.Pages;

/// <summary>Numbers as they stand in markup and on axes.</summary>
public static class PlotText
{
    public static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A time from seconds since 1970; with the time of day where it matters.</summary>
    public static string Time(double seconds, double range)
    {
        const double Days = 86_400;
        var format = range > 3 * Days ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm";
        return DateTime.UnixEpoch.AddSeconds(seconds).ToString(format, CultureInfo.InvariantCulture);
    }
}
