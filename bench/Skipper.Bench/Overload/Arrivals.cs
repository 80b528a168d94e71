using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Skipper.Bench.Rpc;

namespace Skipper.Bench.Overload;

/// <summary>Requests that come at a rate, whether or not those before them were answered.</summary>
internal sealed class Arrivals(HttpClient http, Uri endpoint)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public Task OneAsync() => PostAsync(new ConcurrentBag<(HttpStatusCode, double)>());

    /// <summary>Sends at a rate for a while, and waits for the last answer.</summary>
    public async Task<ArrivalResult> RunAsync(double perSecond, TimeSpan duration)
    {
        var answers = new ConcurrentBag<(HttpStatusCode Status, double Milliseconds)>();
        var requests = new List<Task>();
        using var timer = new PeriodicTimer(Tick);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration && await timer.WaitForNextTickAsync())
        {
            var due = (int)(Math.Min(Stopwatch.GetElapsedTime(started).TotalSeconds, duration.TotalSeconds) * perSecond);
            while (requests.Count < due)
            {
                requests.Add(Task.Run(() => PostAsync(answers)));
            }
        }

        await Task.WhenAll(requests);
        return new ArrivalResult(answers, duration);
    }

    /// <summary>Seconds until a second passes in which everything is accepted, about as fast as before.</summary>
    public async Task<double> RecoverAsync(double perSecond, double usualMilliseconds)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var begun = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var second = await RunAsync(perSecond, TimeSpan.FromSeconds(1));
            if (second.Count() == second.Count(HttpStatusCode.Accepted)
                && second.Percentile(0.99, HttpStatusCode.Accepted) < 3 * usualMilliseconds)
            {
                return begun;
            }
        }
    }

    private async Task PostAsync(ConcurrentBag<(HttpStatusCode Status, double Milliseconds)> answers)
    {
        var begun = Stopwatch.GetTimestamp();
        using var content = new ByteArrayContent(RpcBench.Body);
        content.Headers.ContentType = new("application/json");
        using var response = await http.PostAsync(endpoint, content);
        await response.Content.ReadAsByteArrayAsync();
        answers.Add((response.StatusCode, Stopwatch.GetElapsedTime(begun).TotalMilliseconds));
    }
}
