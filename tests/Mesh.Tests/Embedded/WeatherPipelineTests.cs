using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Standalone;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>The daily weather pipeline of the samples, over providers on loopback.</summary>
public sealed class WeatherPipelineTests : IAsyncLifetime
{
    private const int Hours = 48;
    private const string Api = "/api/v1/skipper";
    private static readonly string[] Sources = ["open-meteo", "met-norway", "weather-gov"];

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private ProviderDouble _provider = null!;
    private WebApplication _app = null!;
    private MeshClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await ProviderDouble.StartAsync();
        _provider.AddOpenMeteo(Hours);
        _provider.AddMetNorway(Hours);
        _provider.AddWeatherGov(Hours);
        _app = StandaloneMesh.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(_storage.Settings);
            builder.Configuration.AddInMemoryCollection([new("Skipper:Data:Sources:PrivateHosts:0", "127.0.0.1")]);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        });
        await _app.StartAsync(Token);
        _client = new MeshClient(new Uri(_app.Urls.First()));
        foreach (var source in Sources)
        {
            await PutAsync($"sources/{source}", _provider.Sample(source));
        }

        await PutAsync("workflows/weather", Sample("workflows/weather.yaml"));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _provider.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task Three_providers_become_a_version_features_and_a_model_that_is_kept()
    {
        await PutAsync("suites/forecasts", Sample("quality/forecasts-suite.yaml"));

        var first = await RunAsync();
        var second = await RunAsync();

        Assert.Equal("Success", MeshClient.Text(first, "task_status"));
        var result = first.GetProperty("result");
        Assert.Equal(8 * Hours, result.GetProperty("rows").GetInt32());
        Assert.Equal((4 * Hours, true), (result.GetProperty("hours").GetInt32(), result.GetProperty("promoted").GetBoolean()));
        var (status, model) = await _client.ExecuteSyncAsync(
            """{"task_type":"find_model","data":{"name":"forecasts-temperature","alias":"champion"}}""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("forecasts-temperature", MeshClient.Text(model.GetProperty("result"), "name"));

        // Nothing new came, so it is the same version.
        Assert.Equal("Success", MeshClient.Text(second, "task_status"));
        var (_, newest) = await _client.GetAsync($"{Api}/datasets/forecasts");
        Assert.Equal(1, newest.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_suite_that_fails_stops_it_before_anything_is_published()
    {
        await PutAsync(
            "suites/forecasts", "name: forecasts\nchecks:\n  - { name: warm, type: range, column: temperature, min: 30 }\n");

        var ended = await RunAsync();

        Assert.Equal("Failed", MeshClient.Text(ended, "task_status"));
        Assert.Contains("warm", ended.GetProperty("error").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync($"{Api}/datasets/forecasts")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync($"{Api}/models/forecasts-temperature")).Status);
    }

    private static string Sample(string path) => File.ReadAllText(SampleFile.Find(path));

    /// <summary>The weather of the doubles follows a formula that nobody can learn from: any model is kept.</summary>
    private async Task<JsonElement> RunAsync()
    {
        var (status, run) = await _client.PostAsync($"{Api}/workflows/weather/runs", """{"input":{"minimum_r2":-1000}}""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        return await _client.FollowAsync(MeshClient.Text(run, "task_id")!);
    }

    private async Task PutAsync(string path, string yaml)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        using var content = new StringContent(yaml, System.Text.Encoding.UTF8, "application/yaml");
        using var response = await http.PutAsync(new Uri($"{Api}/{path}", UriKind.Relative), content, Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
