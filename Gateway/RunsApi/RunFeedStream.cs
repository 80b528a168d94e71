using System.Buffers;
using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.RunsApi;

/// <summary>
/// The list of runs as Server-Sent Events: first the newest runs, then each that changes, whole. A client that comes back gets the
/// runs of then, so there are no ids to come back with.
/// </summary>
internal sealed class RunFeedStream(RunFeed feed, RunChanges changes, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>How soon progress, and what other gateways changed, is seen.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private const int PingEvery = 15;

    public async Task WriteAsync(HttpContext http)
    {
        using var watch = changes.Watch(RunChanges.Any);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await FollowAsync(http.Response, new RunLinks(http.Request.PathBase), watch, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The client went away, or comes back to another gateway.
        }
    }

    private async Task FollowAsync(HttpResponse response, RunLinks links, RunWatch watch, CancellationToken cancellationToken)
    {
        var after = 0L;
        for (var silence = 0; ; silence++)
        {
            foreach (var run in await feed.ReadAsync(after, cancellationToken))
            {
                Write(response, RunReply.Of(run.Row, links, time.GetUtcNow()) with { Progress = run.Progress });
                after = Math.Max(after, run.Number);
                silence = 0;
            }

            if (silence == PingEvery)
            {
                response.BodyWriter.Write(": ping\n\n"u8);
                silence = 0;
            }

            await response.BodyWriter.FlushAsync(cancellationToken);

            // A hundred changes a second are four messages a second, and each run is in them once.
            if (await watch.WaitAsync(Period, cancellationToken))
            {
                await Task.Delay(RunFeed.Freshness, time, cancellationToken);
            }
        }
    }

    private static void Write(HttpResponse response, RunReply run) => response.BodyWriter.Write(Encoding.UTF8.GetBytes(
        $"event: run\ndata: {JsonSerializer.Serialize(run, MessageJson.Options).ReplaceLineEndings(" ")}\n\n"));
}
