namespace Skipper.Services.Data.Tests.Quality;

/// <summary>The sample, whose mistakes were put in by hand: each rule is broken at least once.</summary>
public sealed class SampleVerdictTests
{
    private static readonly (long Line, string Rule, string Columns)[] Expected =
    [
        (6, "R05_missing_required", "temperature"),
        (7, "R06_not_numeric", "temperature"),
        (9, "R12_unit_mismatch", "temperature temperature_unit"),
        (12, "R08_out_of_range", "humidity"),
        (12, "R14_gust_below_wind", "wind_gust"),
        (19, "R09_duplicate_key", "provider station valid_time"),
        (20, "R09_duplicate_key", "provider station valid_time"),
        (21, "R10_late", "ingested_at"),
        (22, "R11_future", "valid_time"),
        (23, "R13_humidity_scale", "humidity"),
        (24, "R02_unknown_provider", "provider"),
        (24, "R03_unknown_station", "station"),
        (24, "R04_bad_timestamp", "valid_time"),
        (24, "R04_bad_timestamp", "ingested_at"),
        (25, "R07_unknown_unit", "temperature_unit"),
        (25, "R07_unknown_unit", "wind_unit"),
        (26, "R01_column_count", ""),
        (28, "R06_not_numeric", "pressure_hpa"),
        (29, "R08_out_of_range", "temperature"),
    ];

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Every_rule_is_found_where_it_is_broken_and_nowhere_else(int capacity)
    {
        await using var csv = File.OpenRead(Path.Combine(WeatherSample.Folder, "weather.csv"));

        var found = await CheckedCsv.ReadAsync(
            csv, WeatherSample.Standard, WeatherSample.Suite, WeatherSample.Context(["N1", "H2"]), capacity);

        Assert.Equal(
            Expected.Order(),
            found.Findings.SelectMany(line => line.Value.Select(finding => (line.Key, finding.Rule, finding.Columns))).Order());
        Assert.Equal(
            ["the key of line 2 again, identical", "the key of line 4 again, conflicting"],
            new[] { 19, 20 }.Select(line => Assert.Single(found.Findings[line]).Reason.Split("found ")[1]));
        Assert.Equal(60.0, found.Canonical[28]["temperature_c"]);
        Assert.False(found.Canonical[28].ContainsKey("precip_mm"));
        Assert.Equal(5 * 0.44704, (double)found.Canonical[2]["wind_speed_ms"], 1e-12);
        Assert.Equal(2.5, (double)found.Canonical[9]["wind_speed_ms"], 1e-12);
        Assert.Equal(0.7, (double)found.Canonical[2]["humidity"], 1e-12);
    }
}
