using System.Net.Http.Headers;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Standalone.Demo;

/// <summary>The few calls of the HTTP API that the demo makes.</summary>
internal sealed class SkipperClient(Uri address) : IDisposable
{
    private const string Api = "api/v1/skipper";

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };

    public async Task<DatasetVersion> UploadAsync(string name, Stream csv)
    {
        using var content = new StreamContent(csv);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return Read<DatasetVersion>(await SendAsync(HttpMethod.Post, $"datasets/{name}", content));
    }

    /// <summary>Null where there is none yet.</summary>
    public async Task<DatasetVersion?> FindDatasetAsync(string name)
    {
        using var response = await _http.GetAsync(new Uri($"{Api}/datasets/{name}", UriKind.Relative));
        return response.IsSuccessStatusCode
            ? Read<DatasetVersion>(JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStreamAsync()))
            : null;
    }

    public Task<JsonElement> PostAsync(string path, object body) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body, options: MessageJson.Options));

    public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path, content: null);

    public void Dispose() => _http.Dispose();

    public static T Read<T>(JsonElement json) => json.Deserialize<T>(MessageJson.Options)
        ?? throw new DemoFailedException($"Expected a {typeof(T).Name}, found null.");

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{Api}/{path}", UriKind.Relative)) { Content = content };
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(body)
            : throw new DemoFailedException($"{method} /{Api}/{path} was answered {(int)response.StatusCode}: {Detail(body)}");
    }

    private static string Detail(string problem)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(problem).GetProperty("detail").GetString() ?? problem;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return problem;
        }
    }
}
