using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.RunsApi;

/// <summary>
/// The events of a run as Server-Sent Events. Their ids are the numbers of the events, so a client that comes back misses none;
/// progress has no id, because nobody needs what is out of date. Ends after the final event.
/// </summary>
internal sealed class RunEventStream(RunReader runs, RunChanges changes, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(15);

    public async Task WriteAsync(HttpContext http, RunRow run, long after)
    {
        // 204 is how a browser is told not to come back.
        if (run.IsFinal && after >= run.Rev)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        using var watch = changes.Watch(run.Id);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await FollowAsync(http.Response, watch, after, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The client went away, or comes back to another gateway with the last id it has.
        }
    }

    private async Task FollowAsync(HttpResponse response, RunWatch watch, long after, CancellationToken cancellationToken)
    {
        ProgressReply? progress = null;
        while (await runs.FindAsync(watch.RunId, cancellationToken) is { } run)
        {
            // Read after the run, so that a run that has ended has its final event.
            var events = await runs.EventsAsync(run.Id, after, cancellationToken);
            foreach (var happened in events)
            {
                Write(response, happened.Seq, happened.Type, Body(happened));
                after = happened.Seq;
            }

            if (events.Count < RunReader.Batch)
            {
                if (run.IsFinal)
                {
                    await response.BodyWriter.FlushAsync(cancellationToken);
                    return;
                }

                if (ProgressReply.Of(run, await runs.GroupsAsync(run.Id, cancellationToken)) is var now && now != progress)
                {
                    Write(response, null, "progress", progress = now);
                }

                await response.BodyWriter.FlushAsync(cancellationToken);
                await PingAsync(response, watch, cancellationToken);
            }
        }
    }

    /// <summary>Shows the connection to be alive until something changes.</summary>
    private static async Task PingAsync(HttpResponse response, RunWatch watch, CancellationToken cancellationToken)
    {
        while (!await watch.WaitAsync(PingPeriod, cancellationToken))
        {
            response.BodyWriter.Write(": ping\n\n"u8);
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    private static object Body(EventRow happened) => new
    {
        happened.Seq,
        happened.At,
        happened.Type,
        happened.Step,
        happened.Attempt,
        Data = JsonText.Of(happened.Data),
    };

    private static void Write(HttpResponse response, long? id, string type, object data)
    {
        // Data is one line: the text of JSON has no line breaks but those between its parts.
        var json = JsonSerializer.Serialize(data, MessageJson.Options).ReplaceLineEndings(" ");
        var head = id is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "";
        response.BodyWriter.Write(Encoding.UTF8.GetBytes($"{head}event: {type}\ndata: {json}\n\n"));
    }
}
