using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace Skipper.Shared.Declarations;

/// <summary>Durations as people write them, <c>90s</c>, <c>1.5h</c>, and as ISO 8601 does, <c>PT90S</c>, <c>P1D</c>.</summary>
public static partial class Durations
{
    public const string Expected = "a duration such as 5s, 2m, 1h, 1d or PT5S";

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (Short().Match(text) is { Success: true } match)
        {
            var seconds = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch
            {
                "ms" => 0.001,
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                _ => 86_400,
            };
            if (seconds > TimeSpan.MaxValue.TotalSeconds / 2)
            {
                return false;
            }

            duration = TimeSpan.FromSeconds(seconds);
            return true;
        }

        if (!Iso().IsMatch(text))
        {
            return false;
        }

        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>In seconds, the one way it is written in canonical form.</summary>
    public static string Write(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds}s");

    [GeneratedRegex(@"\A([0-9]{1,9}(?:\.[0-9]{1,6})?)(ms|s|m|h|d)\z")]
    private static partial Regex Short();

    // Without years and months, which have no fixed length.
    [GeneratedRegex(@"\AP(?=[0-9T])([0-9]{1,6}D)?(T[0-9].*)?\z")]
    private static partial Regex Iso();
}
