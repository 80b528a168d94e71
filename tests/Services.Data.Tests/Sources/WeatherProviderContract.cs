using System.Globalization;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Testing;
using static Skipper.Services.Data.Tests.Sources.Doubles.WeatherTruth;

namespace Skipper.Services.Data.Tests.Sources;

/// <summary>The three providers of the samples: different shapes and units, one table, no line of code for any of them.</summary>
public abstract class WeatherProviderContract : IAsyncLifetime
{
    private const int Hours = 48;
    private const string Columns = "place, time, temperature, humidity, pressure, wind_speed, wind_direction";

    private SourceBench _bench = null!;
    private ProviderDouble _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await SourceBench.StartAsync(await CreateStorageAsync());
        _provider = await ProviderDouble.StartAsync();
        _provider.AddOpenMeteo(Hours);
        _provider.AddMetNorway(Hours);
        _provider.AddWeatherGov(Hours);
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
            await _bench.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Three_shapes_become_the_same_rows_by_configuration_only()
    {
        foreach (var name in (string[])["open-meteo", "met-norway", "weather-gov"])
        {
            await _bench.DeclareAsync(_provider.Sample(name));
            var run = await _bench.IngestAsync(name);
            Assert.Equal((0, 0), (run.Rejected, run.Failures.Count));
        }

        var expected = Expected("barcelona", "bergen", "new-york");
        Assert.Equal(expected, await _bench.RowsAsync("weather", Columns, "source = 'open-meteo'"));
        Assert.Equal(expected, await _bench.RowsAsync("weather", Columns, "source = 'met-norway'"));
        var unlike = await _bench.RowsAsync("weather", "place, time, temperature, humidity, wind_direction", "source = 'weather-gov'");
        Assert.Equal(
            Enumerable.Range(0, Hours).SelectMany(hour => new[] { "new-york", "seattle" }.Select(place => Row(
                place, Microseconds(hour), Temperature(place, hour), Humidity(place, hour) / 100.0, Direction(hour))))
                .Order(StringComparer.Ordinal),
            unlike);
        Assert.Equal(
            ["3.3528", "4.4704"],
            (await _bench.RowsAsync("weather", "wind_speed", "source = 'weather-gov'")).Distinct());
    }

    [Fact]
    public async Task What_is_there_already_is_not_written_again_and_its_answer_is_kept_once()
    {
        await _bench.DeclareAsync(_provider.Sample("met-norway"));
        var first = await _bench.IngestAsync("met-norway");
        var known = await _bench.RowsAsync("weather", "place, time, ingested_at");

        var second = await _bench.IngestAsync("met-norway");

        Assert.Equal((3 * Hours, 0L, 0L), (first.Inserted, first.Updated, first.Unchanged));
        Assert.Equal((0L, 0L, 3 * Hours), (second.Inserted, second.Updated, second.Unchanged));
        Assert.Equal(known, await _bench.RowsAsync("weather", "place, time, ingested_at"));
        Assert.Equal(3, await _bench.CountAsync("source_pages"));
    }

    [Fact]
    public async Task Ten_ingestions_of_a_provider_that_fails_every_tenth_time_end_with_exactly_its_rows()
    {
        Fault[] kinds =
        [
            Fault.TooMany, Fault.TooManyUntil, Fault.Unavailable, Fault.Broken, Fault.CutOff, Fault.Truncated, Fault.Slow, Fault.Holes,
            Fault.Renamed, Fault.Html,
        ];
        var script = new FaultScript(seed: 7, rate: 0.1, kinds);
        _provider.Script = script.Next;
        foreach (var name in (string[])["open-meteo", "met-norway"])
        {
            await _bench.DeclareAsync(_provider.Sample(name, ("timeout: 20s", "timeout: 1s"), ("attempts: 5", "attempts: 4")));
        }

        for (var run = 0; run < 10; run++)
        {
            await _bench.IngestAsync("open-meteo");
            await _bench.IngestAsync("met-norway");
        }

        Assert.True(script.Count >= 5, $"Only {script.Count} faults: the seed must give more.");
        var expected = Expected("barcelona", "bergen", "new-york");
        Assert.Equal(expected, await _bench.RowsAsync("weather", Columns, "source = 'open-meteo'"));
        Assert.Equal(expected, await _bench.RowsAsync("weather", Columns, "source = 'met-norway'"));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private static List<string> Expected(params string[] places) =>
    [
        .. places.SelectMany(place => Enumerable.Range(0, Hours).Select(hour => Row(
                place, Microseconds(hour), Temperature(place, hour), Humidity(place, hour) / 100.0, Pressure(hour), Wind(hour), Direction(hour))))
            .Order(StringComparer.Ordinal),
    ];

    private static long Microseconds(int hour) => Time(hour).ToUnixTimeMilliseconds() * 1000;

    private static string Row(params object[] values) =>
        string.Join('|', values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));
}

public sealed class SqliteWeatherProviderTests : WeatherProviderContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlWeatherProviderTests : WeatherProviderContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
