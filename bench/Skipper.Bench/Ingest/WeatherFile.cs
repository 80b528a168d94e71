using System.Globalization;

namespace Skipper.Bench.Ingest;

/// <summary>A CSV of made-up weather, the same at every run: eight columns, a few cells missing, some texts in quotes.</summary>
internal static class WeatherFile
{
    /// <summary>The columns as PostgreSQL has them.</summary>
    public const string Columns =
        "id bigint, station text, time timestamptz, temperature double precision, humidity double precision, "
        + "pressure double precision, wind double precision, remark text";

    public static string Create(string folder, int rows)
    {
        var random = new Random(1);
        var path = Path.Combine(folder, $"weather_{rows}.csv");
        using var writer = new StreamWriter(path);
        writer.Write("id,station,time,temperature,humidity,pressure,wind,remark\n");
        var time = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var row = 0; row < rows; row++)
        {
            var gap = random.Next(20) == 0;
            var remark = random.Next(10) == 0 ? $"\"rain, then sun after {random.Next(24)}:00\"" : "";
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{row},station {random.Next(200):000},{time.AddSeconds(30 * row):yyyy-MM-dd'T'HH:mm:ss'Z'},"
                + $"{(random.NextDouble() * 50) - 15:F1},{random.NextDouble():F3},{980 + (random.NextDouble() * 60):F2},"));
            writer.Write(gap ? "" : (random.NextDouble() * 30).ToString("F2", CultureInfo.InvariantCulture));
            writer.Write($",{remark}\n");
        }

        return path;
    }
}
