using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Preprocessing;

/// <summary>
/// Weather records as rows of numbers: what comes round (places on the globe, seasons, days, directions) as sine and cosine, so that
/// 359 degrees are near 0, and measurements as they are, NaN where there is none.
/// </summary>
internal static class WeatherFeatures
{
    private const int MostRecords = 1_000_000;
    private const double FullCircle = 2 * Math.PI;

    public static IReadOnlyList<string> Columns { get; } =
    [
        "latitude_sin", "latitude_cos", "longitude_sin", "longitude_cos",
        "year_sin", "year_cos", "week_sin", "week_cos", "day_sin", "day_cos",
        "temperature", "humidity", "pressure", "precipitation", "cloudiness", "wind_speed", "wind_gust", "wind_sin", "wind_cos",
    ];

    /// <summary>Float64, shape (records, columns).</summary>
    /// <param name="records">A JSON array of records, or one record after the other.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="MeshException">A record is wrong; says which one, counted from 1, and how.</exception>
    public static async Task<NpyArray> ReadAsync(Stream records, CancellationToken cancellationToken)
    {
        var rows = new List<double>();
        var number = 1;
        try
        {
            var input = PipeReader.Create(records);
            var oneAfterTheOther = !await IsArrayAsync(input, cancellationToken);
            await foreach (var record in JsonSerializer.DeserializeAsyncEnumerable<WeatherRecord>(
                input, oneAfterTheOther, MessageJson.Options, cancellationToken))
            {
                Add(record ?? throw MeshException.InvalidArgument("it is null."), rows);
                if (number++ > MostRecords)
                {
                    throw MeshException.InvalidArgument($"there may be {MostRecords} before it. Send fewer at a time.");
                }
            }
        }
        catch (JsonException exception)
        {
            throw MeshException.InvalidArgument($"Weather record {number}: {exception.Message}");
        }
        catch (MeshException exception)
        {
            throw MeshException.InvalidArgument($"Weather record {number}: {exception.Message}");
        }

        return new NpyArray(rows.ToArray(), number - 1, Columns.Count);
    }

    private static async Task<bool> IsArrayAsync(PipeReader input, CancellationToken cancellationToken)
    {
        var start = await input.ReadAtLeastAsync(1, cancellationToken);
        var text = start.Buffer.FirstSpan.TrimStart(" \t\r\n"u8);
        var isArray = text.Length > 0 && text[0] == '[';
        input.AdvanceTo(start.Buffer.Start, start.Buffer.Start);
        return isArray;
    }

    private static void Add(WeatherRecord record, List<double> row)
    {
        var time = record.Moment;
        var year = new DateTimeOffset(time.Year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Circle(row, Degrees(record.Latitude, 90, "latitude") / 360);
        Circle(row, Degrees(record.Longitude, 180, "longitude") / 360);
        Circle(row, (time - year) / TimeSpan.FromDays(DateTime.IsLeapYear(time.Year) ? 366 : 365));
        // Monday 0:00 is the beginning.
        Circle(row, ((((int)time.DayOfWeek + 6) % 7) + time.TimeOfDay.TotalDays) / 7);
        Circle(row, time.TimeOfDay.TotalDays);
        Measurement(row, record.Temperature, "temperature");
        Measurement(row, record.Humidity, "humidity");
        Measurement(row, record.Pressure, "pressure");
        Measurement(row, record.Precipitation, "precipitation");
        Measurement(row, record.Cloudiness, "cloudiness");
        Measurement(row, record.WindSpeed, "wind_speed");
        Measurement(row, record.WindGust, "wind_gust");
        Circle(row, record.WindDirection is { } direction ? Degrees(direction, 360, "wind_direction") / 360 : double.NaN);
    }

    private static void Circle(List<double> row, double share)
    {
        row.Add(Math.Sin(FullCircle * share));
        row.Add(Math.Cos(FullCircle * share));
    }

    private static double Degrees(double value, double most, string name) => Math.Abs(value) <= most
        ? value
        : throw MeshException.InvalidArgument(
            string.Create(CultureInfo.InvariantCulture, $"{name} is between -{most} and {most} degrees, found {value}."));

    private static void Measurement(List<double> row, double? value, string name) => row.Add(
        value is null || double.IsFinite(value.Value)
            ? value ?? double.NaN
            : throw MeshException.InvalidArgument($"{name} is larger than any number."));
}
