using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Skipper.Standalone;
using Skipper.Testing;

namespace Skipper.Console.Tests;

/// <summary>The whole mesh in this process, with its console.</summary>
public sealed class Site : IAsyncLifetime
{
    public const string Api = "/api/v1/skipper";

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly HttpClient _http = new();
    private WebApplication? _app;

    public Uri Address => new(_app!.Urls.First());

    internal IServiceProvider Services => _app!.Services;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync(params (string Key, string Value)[] settings)
    {
        _app = StandaloneMesh.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(_storage.Settings);
            foreach (var (key, value) in settings)
            {
                builder.Configuration[key] = value;
            }

            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        });
        await _app.StartAsync(Token);
        _http.BaseAddress = Address;
    }

    public async Task<JsonElement> GetAsync(string path) =>
        await _http.GetFromJsonAsync<JsonElement>(new Uri($"{Api}{path}", UriKind.Relative), Token);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var request = new HttpRequestMessage(method, new Uri($"{Api}{path}", UriKind.Relative)) { Content = content };
        using var answer = await _http.SendAsync(request, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    /// <summary>Accepts a task and returns the id of its run.</summary>
    public async Task<string> TaskAsync(string body) =>
        (await SendAsync(HttpMethod.Post, "/tasks/execute_async", body)).GetProperty("task_id").GetString()!;

    public async Task<string> StateAsync(string run) => (await GetAsync($"/runs/{run}")).GetProperty("state").GetString()!;

    /// <summary>A run that ends in this state.</summary>
    public async Task<string> EndedAsync(string run, string state)
    {
        await Eventually.TrueAsync(async () => await StateAsync(run) == state, $"run {run} is {state}", Token);
        return run;
    }

    /// <summary>The sample dataset is registered at a first start, which may still be under way.</summary>
    public Task WaitForDataAsync() => Eventually.TrueAsync(
        async () => (await GetAsync("/datasets")).GetProperty("datasets").GetArrayLength() > 0, "the sample dataset is there", Token);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await _storage.DisposeAsync();
    }
}
