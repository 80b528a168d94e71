using System.Text;
using Skipper.Services.Data.Preprocessing;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Tests.Preprocessing;

public sealed class WeatherFeaturesTests
{
    [Theory]
    [InlineData("2026-01-05T00:00:00Z", 0, 1, 0, 1)]
    [InlineData("2026-01-05T06:00:00+00:00", 0.2225209339563144, 0.9749279121818236, 1, 0)]
    [InlineData("2026-01-08T13:00:00+01:00", 0, -1, 0, -1)]
    [InlineData("2026-01-07T18:00:00Z", 0.6234898018587336, -0.7818314824680297, -1, 0)]
    public async Task The_week_begins_on_monday_and_the_day_at_midnight_utc(
        string time, double weekSin, double weekCos, double daySin, double dayCos)
    {
        var values = await RowAsync($$"""{"time":"{{time}}","latitude":0,"longitude":0}""");

        Assert.Equal(weekSin, values["week_sin"], 1e-12);
        Assert.Equal(weekCos, values["week_cos"], 1e-12);
        Assert.Equal(daySin, values["day_sin"], 1e-12);
        Assert.Equal(dayCos, values["day_cos"], 1e-12);
    }

    [Fact]
    public async Task Seconds_since_1970_and_a_text_are_the_same_time()
    {
        var text = await RowAsync("""{"time":"2026-07-02T12:00:00Z","latitude":1,"longitude":2}""");
        var seconds = await RowAsync("""{"time":1782993600,"latitude":1,"longitude":2}""");

        Assert.Equal(text, seconds);
        // Half a year after its beginning.
        Assert.Equal(-1, text["year_cos"], 1e-12);
    }

    [Theory]
    [InlineData("[{\"time\":0,\"latitude\":1,\"longitude\":2},{\"time\":0,\"latitude\":3,\"longitude\":4}]")]
    [InlineData("  \n [ {\"time\":0,\"latitude\":1,\"longitude\":2}, {\"time\":0,\"latitude\":3,\"longitude\":4} ]")]
    [InlineData("{\"time\":0,\"latitude\":1,\"longitude\":2}\n{\"time\":0,\"latitude\":3,\"longitude\":4}\n")]
    public async Task An_array_and_one_record_a_line_are_the_same(string records)
    {
        var array = await ReadAsync(records);

        Assert.Equal([2, WeatherFeatures.Columns.Count], array.Shape);
        Assert.Equal(Math.Sin(3 * Math.PI / 180), array.Get<double>()[WeatherFeatures.Columns.Count], 1e-15);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    public async Task No_records_are_no_rows(string records) =>
        Assert.Equal([0, WeatherFeatures.Columns.Count], (await ReadAsync(records)).Shape);

    [Theory]
    [InlineData("""[{"time":0,"latitude":1,"longitude":2},{"time":"2026-01-01T00:00","latitude":1,"longitude":2}]""", "record 2: time is an ISO")]
    [InlineData("""[{"time":"2026-01-01","latitude":1,"longitude":2}]""", "record 1: time is an ISO")]
    [InlineData("""[{"time":1e300,"latitude":1,"longitude":2}]""", "record 1: time is an ISO")]
    [InlineData("""[{"time":0,"latitude":91,"longitude":2}]""", "latitude is between -90 and 90 degrees, found 91")]
    [InlineData("""[{"time":0,"latitude":1,"longitude":2,"wind_direction":1e9}]""", "wind_direction is between")]
    [InlineData("""[{"time":0,"latitude":1,"longitude":2,"pressure":1e400}]""", "record 1")]
    [InlineData("""[{"time":0,"latitude":1}]""", "record 1")]
    [InlineData("""[null]""", "record 1: it is null")]
    [InlineData("""[{"time":0,"latitude":1,"longitude":2}""", "record 2")]
    [InlineData("""nonsense""", "record 1")]
    public async Task A_wrong_record_is_refused_by_its_number(string records, string reason)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => ReadAsync(records));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deep_json_is_refused() => await Assert.ThrowsAsync<MeshException>(() => ReadAsync(
        $$"""[{"time":0,"latitude":1,"longitude":2,"more":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}]"""));

    private static async Task<Dictionary<string, double>> RowAsync(string record) =>
        WeatherFeatures.Columns.Zip((await ReadAsync($"[{record}]")).Get<double>()).ToDictionary();

    private static async Task<NpyArray> ReadAsync(string records)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(records));
        return await WeatherFeatures.ReadAsync(stream, TestContext.Current.CancellationToken);
    }
}
