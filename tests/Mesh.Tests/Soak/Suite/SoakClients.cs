using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Skipper.Mesh.Tests.Soak.Suite;

/// <summary>
/// Clients that send each run with a key of its own until they have heard that it is accepted, to whichever gateway answers.
/// </summary>
internal sealed class SoakClients(SoakMesh mesh, SoakOptions options, TimeProvider time) : IDisposable
{
    /// <summary>One in so many requests is sent again although it was answered, as if the answer had been lost.</summary>
    private const int Doubting = 10;

    private static readonly Uri Path = new("/api/v1/skipper/workflows/soak/runs", UriKind.Relative);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private int _next = -1;
    private int _unanswered;

    /// <summary>The run of each key.</summary>
    public ConcurrentDictionary<string, Guid> Accepted { get; } = new();

    /// <summary>Keys that were told of a second run.</summary>
    public ConcurrentBag<string> Contradicted { get; } = [];

    /// <summary>Requests that had no answer, or one that asked to come again.</summary>
    public int Unanswered => _unanswered;

    /// <summary>Returns when every run was accepted.</summary>
    public Task RunAsync(Func<int> finished, CancellationToken cancellationToken) => Task.WhenAll(
        Enumerable.Range(0, options.Clients).Select(client => SubmitAllAsync(client, finished, cancellationToken)));

    public void Dispose() => _http.Dispose();

    private async Task SubmitAllAsync(int client, Func<int> finished, CancellationToken cancellationToken)
    {
        for (var i = Interlocked.Increment(ref _next); i < options.Runs; i = Interlocked.Increment(ref _next))
        {
            while (i - finished() >= options.Outstanding)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }

            var key = $"soak-{i}";
            Note(key, await SubmitAsync(key, client, cancellationToken));
            if (i % Doubting == 0)
            {
                Note(key, await SubmitAsync(key, client + 1, cancellationToken));
            }
        }
    }

    private void Note(string key, Guid run)
    {
        if (Accepted.GetOrAdd(key, run) != run)
        {
            Contradicted.Add(key);
        }
    }

    private async Task<Guid> SubmitAsync(string key, int gateway, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryAsync(key, SoakMesh.Gateways[gateway % SoakMesh.Gateways.Count], cancellationToken) is { } run)
            {
                return run;
            }

            Interlocked.Increment(ref _unanswered);
            gateway++;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<Guid?> TryAsync(string key, string gateway, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(mesh.AddressOf(gateway), Path));
            request.Headers.Add("Idempotency-Key", key);
            request.Content = JsonContent.Create(new { input = new { key } });
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.Accepted =>
                    (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetGuid(),
                HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => null,
                _ => throw new InvalidOperationException(
                    $"{key} was answered {response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}"),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
