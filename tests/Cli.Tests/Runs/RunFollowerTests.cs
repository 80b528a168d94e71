using System.Net.ServerSentEvents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Skipper.Cli.Connections;
using Skipper.Cli.Runs;

namespace Skipper.Cli.Tests.Runs;

/// <summary>A run is followed over connections that break and gateways that restart.</summary>
public sealed class RunFollowerTests
{
    private const string Id = "01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10";

    [Fact]
    public async Task A_stream_that_breaks_off_is_taken_up_after_the_last_event()
    {
        var asked = new List<string>();
        var hasSeen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gateway = await StartAsync(async http =>
        {
            asked.Add(http.Request.Headers["Last-Event-ID"].ToString());
            switch (asked.Count)
            {
                case 1:
                    await http.Response.WriteAsync("id: 7\nevent: step.started\ndata: {}\n\nevent: progress\ndata: {}\n\n");
                    await http.Response.Body.FlushAsync();

                    // What a broken connection still carries is lost, so it breaks when all has arrived.
                    await hasSeen.Task;
                    http.Abort();
                    return false;
                case 2:
                    http.Response.StatusCode = StatusCodes.Status502BadGateway;
                    return false;
                default:
                    await http.Response.WriteAsync("id: 8\nevent: run.succeeded\ndata: {}\n\n");
                    return true;
            }
        });
        using var api = new ApiClient(new Settings(new Uri(gateway.Urls.First() + "/"), null), TestContext.Current.CancellationToken);
        var seen = new List<SseItem<string>>();

        var run = await new RunFollower(api, new HastyTime(), TestContext.Current.CancellationToken).FollowAsync(Id, item =>
        {
            seen.Add(item);
            if (item.EventType == "progress")
            {
                hasSeen.TrySetResult();
            }
        });

        Assert.Equal("succeeded", run.GetProperty("state").GetString());
        Assert.Equal(["", "7", "7"], asked);
        Assert.Equal(["step.started", "progress", "run.succeeded"], seen.Select(item => item.EventType));
    }

    [Fact]
    public async Task Who_never_comes_back_is_given_up_with_the_command_to_go_on()
    {
        await using var gateway = await StartAsync(http =>
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            return Task.FromResult(false);
        });
        using var api = new ApiClient(new Settings(new Uri(gateway.Urls.First() + "/"), null), TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<ApiException>(
            () => new RunFollower(api, new HastyTime(), TestContext.Current.CancellationToken).FollowAsync(Id, _ => { }));

        Assert.Equal(ExitCode.Unreachable, exception.ExitCode);
        Assert.Contains($"skipper watch {Id}", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A gateway that knows one run.</summary>
    /// <param name="events">Answers for the events; returns whether the run has ended with them.</param>
    private static async Task<WebApplication> StartAsync(Func<HttpContext, Task<bool>> events)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var hasEnded = false;
        app.MapGet($"/api/v1/skipper/runs/{Id}", () => hasEnded
            ? Results.Text("""{"state":"succeeded","finished_at":"2026-01-02T03:04:05Z"}""", "application/json")
            : Results.Text("""{"state":"running"}""", "application/json"));
        app.MapGet($"/api/v1/skipper/runs/{Id}/events", async (HttpContext http) => { hasEnded = await events(http); });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    /// <summary>Time in which nobody has to wait.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }
}
