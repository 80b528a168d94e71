using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Skipper.Testing;

namespace Skipper.Mesh.Tests;

/// <summary>A user of the HTTP API.</summary>
internal sealed class MeshClient(Uri address) : IDisposable
{
    private const string Tasks = "/api/v1/skipper/tasks/";

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, Token);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Token));
    }

    public async Task<HttpStatusCode> PutYamlAsync(string path, string yaml)
    {
        using var content = new StringContent(yaml, Encoding.UTF8, "application/yaml");
        using var response = await _http.PutAsync(new Uri(path, UriKind.Relative), content, Token);
        return response.StatusCode;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), Token);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Token));
    }

    /// <summary>A synchronous call; the answer's body.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body)> ExecuteSyncAsync(string json) => PostAsync($"{Tasks}execute_sync", json);

    /// <summary>Accepts a task and returns its id.</summary>
    public async Task<string> ExecuteAsyncAsync(string json)
    {
        var (status, body) = await PostAsync($"{Tasks}execute_async", json);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("Processing", body.GetProperty("task_status").GetString());
        return body.GetProperty("task_id").GetString()!;
    }

    /// <summary>Polls, through whatever outage, until the task has ended.</summary>
    public Task<JsonElement> FollowAsync(string taskId) =>
        PollAsync(taskId, status => Text(status, "task_status") != "Processing", "the task ends");

    /// <summary>Polls until a running training has reached some progress.</summary>
    public Task<JsonElement> WaitForProgressAsync(string taskId, double percent) => PollAsync(
        taskId,
        status => status.TryGetProperty("progress", out var progress)
            && progress.ValueKind == JsonValueKind.Object
            && progress.TryGetProperty("percent", out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.GetDouble() >= percent,
        string.Create(CultureInfo.InvariantCulture, $"progress of {percent} %"));

    public void Dispose() => _http.Dispose();

    public static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();

    private async Task<JsonElement> PollAsync(string taskId, Func<JsonElement, bool> isReached, string expectation)
    {
        var last = default(JsonElement);
        try
        {
            await Eventually.TrueAsync(ReachedAsync, expectation, Token);
        }
        catch (TimeoutException timeout)
        {
            throw new TimeoutException($"{timeout.Message}; the last answer was {last}", timeout);
        }

        return last;

        async Task<bool> ReachedAsync()
        {
            try
            {
                (var status, last) = await GetAsync($"{Tasks}workflow/{taskId}");
                return status == HttpStatusCode.Accepted && isReached(last);
            }
            catch (Exception exception) when (exception is HttpRequestException or JsonException)
            {
                return false;
            }
        }
    }
}
