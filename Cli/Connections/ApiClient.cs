using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Reflection;
using System.Text.Json;

namespace Skipper.Cli.Connections;

/// <summary>The HTTP API. Every refusal is an <see cref="ApiException"/> in the server's words.</summary>
internal sealed class ApiClient : IDisposable
{
    private const string Prefix = "api/v1/skipper/";

    private readonly HttpClient _http;
    private readonly CancellationToken _cancellationToken;

    public ApiClient(Settings settings, CancellationToken cancellationToken)
    {
        // The gateway has a deadline for everything it is asked; what takes long, such as an import, is not cut off here.
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = settings.Url,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue("skipper-cli", Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)));
        if (settings.ApiKey is { } key)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        _cancellationToken = cancellationToken;
    }

    public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<JsonElement> PostAsync(string path, object? body = null) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body, body.GetType()));

    public Task<JsonElement> PutAsync(string path, object body) =>
        SendAsync(HttpMethod.Put, path, JsonContent.Create(body, body.GetType()));

    public Task<JsonElement> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>The answer as JSON; undefined where it has no body.</summary>
    public async Task<JsonElement> SendAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Address(path)) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead);
        var body = await response.Content.ReadAsByteArrayAsync(_cancellationToken);
        try
        {
            return body.Length == 0 ? default : JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            throw NotSkipper("its answer is not JSON");
        }
    }

    /// <summary>The answer as text, of a media type.</summary>
    public async Task<string> TextAsync(string path, string mediaType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead);
        return await response.Content.ReadAsStringAsync(_cancellationToken);
    }

    /// <summary>The events after one, as they happen, until the server ends the stream.</summary>
    public async IAsyncEnumerable<SseItem<string>> EventsAsync(string path, string? after)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        using var response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync(_cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(_cancellationToken))
        {
            yield return item;
        }
    }

    public void Dispose() => _http.Dispose();

    private static Uri Address(string path) => new(Prefix + path, UriKind.Relative);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, completion, _cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new ApiException(
                $"Skipper cannot be reached at {_http.BaseAddress}: {exception.Message} "
                + "Is it running there? --url, SKIPPER_URL or the configuration file name another address.",
                ExitCode.Unreachable);
        }

        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                throw Refusal(response.StatusCode, await response.Content.ReadAsStringAsync(_cancellationToken));
            }
        }

        return response;
    }

    private ApiException Refusal(HttpStatusCode status, string body)
    {
        if (!Problem.TryRead(body, out var problem))
        {
            return NotSkipper($"it answers {(int)status} without a reason");
        }

        return status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? new ApiException(
                $"{problem.Detail} Here: --api-key, SKIPPER_API_KEY or the configuration file.", ExitCode.Unauthorized, problem.Code)
            : new ApiException(problem.Detail, ExitCode.Failed, problem.Code);
    }

    private ApiException NotSkipper(string found) =>
        new($"What is at {_http.BaseAddress} does not seem to be Skipper: {found}.", ExitCode.Unreachable);
}
