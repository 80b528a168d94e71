namespace Skipper.Services.Data.Tests.Sources.Doubles;

/// <summary>Made-up weather by a formula: what a provider holds, and so what must be in the table.</summary>
internal static class WeatherTruth
{
    public static readonly DateTimeOffset Start = new(2024, 1, 8, 0, 0, 0, TimeSpan.Zero);

    public static readonly Dictionary<string, (double Latitude, double Longitude)> Places = new()
    {
        ["barcelona"] = (41.39, 2.17),
        ["bergen"] = (60.39, 5.32),
        ["new-york"] = (40.71, -74.01),
        ["seattle"] = (47.61, -122.33),
    };

    public static DateTimeOffset Time(int hour) => Start.AddHours(hour);

    /// <summary>Whole degrees Celsius divisible by 5, so that Fahrenheit is whole as well.</summary>
    public static double Temperature(string place, int hour) => ((hour * 5) + (place.Length * 10)) % 45 - 10;

    /// <summary>Percent.</summary>
    public static int Humidity(string place, int hour) => 30 + (((hour * 7) + place.Length) % 70);

    /// <summary>hPa.</summary>
    public static double Pressure(int hour) => 990 + (hour % 40) + 0.5;

    /// <summary>m/s; a tenth of 3.6 km/h.</summary>
    public static double Wind(int hour) => hour % 12;

    /// <summary>Degrees: one of the 16 winds.</summary>
    public static double Direction(int hour) => hour % 16 * 22.5;

    public static string PlaceOf(string latitude) =>
        Places.Single(place => place.Value.Latitude == double.Parse(latitude, System.Globalization.CultureInfo.InvariantCulture)).Key;
}
