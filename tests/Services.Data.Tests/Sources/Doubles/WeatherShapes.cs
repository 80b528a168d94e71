using System.Globalization;
using System.Text.Json.Nodes;
using static Skipper.Services.Data.Tests.Sources.Doubles.WeatherTruth;

namespace Skipper.Services.Data.Tests.Sources.Doubles;

/// <summary>The same weather in the shapes of three providers.</summary>
internal static class WeatherShapes
{
    private static readonly string[] Winds =
        ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];

    /// <summary>Lists side by side; local times, one hour ahead of UTC.</summary>
    public static void AddOpenMeteo(this ProviderDouble provider, int hours) => provider.Json["/v1/forecast"] = context =>
    {
        var place = PlaceOf(context.Request.Query["latitude"]!);
        return new JsonObject
        {
            ["latitude"] = Places[place].Latitude + 0.01,
            ["longitude"] = Places[place].Longitude - 0.01,
            ["generationtime_ms"] = 12.5,
            ["utc_offset_seconds"] = 3600,
            ["timezone"] = "Europe/Madrid",
            ["hourly_units"] = JsonNode.Parse(
                """
                {"time":"iso8601","temperature_2m":"°C","relative_humidity_2m":"%","pressure_msl":"hPa","precipitation":"mm",
                 "cloud_cover":"%","wind_speed_10m":"km/h","wind_direction_10m":"°","wind_gusts_10m":"km/h"}
                """),
            ["hourly"] = new JsonObject
            {
                ["time"] = List(hours, hour => Time(hour).AddHours(1).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)),
                ["temperature_2m"] = List(hours, hour => Temperature(place, hour)),
                ["relative_humidity_2m"] = List(hours, hour => Humidity(place, hour)),
                ["pressure_msl"] = List(hours, hour => Pressure(hour)),
                ["precipitation"] = List(hours, hour => hour % 3 == 0 ? 0.5 : 0),
                ["cloud_cover"] = List(hours, hour => hour % 101),
                ["wind_speed_10m"] = List(hours, hour => Math.Round(Wind(hour) * 3.6, 3)),
                ["wind_direction_10m"] = List(hours, hour => Direction(hour)),
                ["wind_gusts_10m"] = List(hours, hour => Math.Round(Wind(hour) * 7.2, 3)),
            },
        };
    };

    /// <summary>A list of records; the last ones are six hours apart and have no precipitation by the hour.</summary>
    public static void AddMetNorway(this ProviderDouble provider, int hours) => provider.Json["/weatherapi/"] = context =>
    {
        var place = PlaceOf(context.Request.Query["lat"]!);
        return new JsonObject
        {
            ["type"] = "Feature",
            ["properties"] = new JsonObject
            {
                ["meta"] = JsonNode.Parse(
                    """
                    {"updated_at":"2024-01-08T01:35:05Z","units":{"air_pressure_at_sea_level":"hPa","air_temperature":"celsius",
                     "cloud_area_fraction":"%","precipitation_amount":"mm","relative_humidity":"%","wind_from_direction":"degrees","wind_speed":"m/s"}}
                    """),
                ["timeseries"] = List(hours, hour => new JsonObject
                {
                    ["time"] = Time(hour).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    ["data"] = Data(place, hour, isLast: hour >= hours - 3),
                }),
            },
        };
    };

    /// <summary>Two steps; Fahrenheit, winds as words, and nothing outside of the US.</summary>
    public static void AddWeatherGov(this ProviderDouble provider, int hours)
    {
        provider.Json["/points/"] = context =>
        {
            var point = context.Request.Path.Value!.Split('/')[^1].Split(',');
            return Places.FirstOrDefault(place => Number(place.Value.Latitude) == point[0]).Key is { } place && place is "new-york" or "seattle"
                ? JsonNode.Parse($$"""{ "properties": { "gridId": "OKX", "gridX": {{place.Length}}, "gridY": 35, "timeZone": "America/New_York" } }""")
                : null;
        };
        provider.Json["/gridpoints/OKX/"] = context =>
        {
            var length = int.Parse(context.Request.Path.Value!.Split('/')[3].Split(',')[0], CultureInfo.InvariantCulture);
            var place = length == "new-york".Length ? "new-york" : "seattle";
            return new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["units"] = "us",
                    ["updateTime"] = "2024-01-08T02:00:00+00:00",
                    ["periods"] = List(hours, hour => Period(place, hour)),
                },
            };
        };
    }

    private static JsonObject Data(string place, int hour, bool isLast)
    {
        var data = new JsonObject
        {
            ["instant"] = new JsonObject
            {
                ["details"] = new JsonObject
                {
                    ["air_temperature"] = Temperature(place, hour),
                    ["relative_humidity"] = (double)Humidity(place, hour),
                    ["air_pressure_at_sea_level"] = Pressure(hour),
                    ["cloud_area_fraction"] = (double)(hour % 101),
                    ["wind_speed"] = Wind(hour),
                    ["wind_from_direction"] = Direction(hour),
                },
            },
        };
        if (!isLast)
        {
            data["next_1_hours"] = new JsonObject
            {
                ["summary"] = new JsonObject { ["symbol_code"] = "cloudy" },
                ["details"] = new JsonObject { ["precipitation_amount"] = hour % 3 == 0 ? 0.5 : 0 },
            };
        }

        return data;
    }

    private static JsonObject Period(string place, int hour) => new()
    {
        ["number"] = hour + 1,
        ["startTime"] = Time(hour).ToOffset(TimeSpan.FromHours(-5)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        ["temperature"] = (Temperature(place, hour) * 9 / 5) + 32,
        ["temperatureUnit"] = "F",
        ["temperatureTrend"] = null,
        ["probabilityOfPrecipitation"] = new JsonObject { ["unitCode"] = "wmoUnit:percent", ["value"] = 5 },
        ["dewpoint"] = new JsonObject { ["unitCode"] = "wmoUnit:degC", ["value"] = -3.5 },
        ["relativeHumidity"] = new JsonObject { ["unitCode"] = "wmoUnit:percent", ["value"] = Humidity(place, hour) },
        ["windSpeed"] = hour % 2 == 0 ? "10 mph" : "5 to 10 mph",
        ["windDirection"] = Winds[hour % 16],
    };

    private static JsonArray List(int count, Func<int, JsonNode> value) => [.. Enumerable.Range(0, count).Select(value)];

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
