using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.RunsApi;

public sealed class RunWatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_poll_returns_as_soon_as_the_run_changes()
    {
        await using var host = await RunsApiHost.StartAsync();
        var id = await host.Table.RunAsync();
        var poll = host.GetAsync($"/{id}?wait=60", ("If-None-Match", "\"1\""));
        await WatchedAsync(host, id);
        await host.Table.EndAsync(id);
        host.Get<RunChanges>().Changed(id);
        var answer = await poll;

        Assert.Equal((200, "\"2\"", "succeeded"), (answer.Status, answer.Headers.ETag!.Tag, answer.Json.GetProperty("state").GetString()));
        Assert.Empty(host.Get<RunChanges>().Watched());
    }

    [Fact]
    public async Task A_change_by_another_gateway_is_found_too()
    {
        await using var host = await RunsApiHost.StartAsync();
        var id = await host.Table.RunAsync();
        var poll = host.GetAsync($"/{id}", ("Prefer", "respond-async, wait=60"));
        await WatchedAsync(host, id);
        await host.Table.EventAsync(id, "run.cancel_requested");
        var answer = await poll;

        Assert.Equal((200, 2), (answer.Status, answer.Json.GetProperty("rev").GetInt64()));
        Assert.Equal("wait=60", Assert.Single(answer.Headers.GetValues("Preference-Applied")));
    }

    [Theory]
    [InlineData("\"1\"", 304)]
    [InlineData("", 200)]
    public async Task A_long_poll_ends_when_its_time_is_over(string tag, int status)
    {
        await using var host = await RunsApiHost.StartAsync(new TestTime { SkipPauses = true });
        var id = await host.Table.RunAsync();
        var answer = await host.GetAsync($"/{id}?wait=60", ("If-None-Match", tag));

        Assert.Equal((status, "\"1\""), (answer.Status, answer.Headers.ETag!.Tag));
    }

    [Theory]
    [InlineData(RunState.Running, "\"7\"")]
    [InlineData(RunState.Failed, "")]
    [InlineData(RunState.Failed, "\"1\"")]
    public async Task Nobody_waits_for_what_is_there_already(string state, string tag)
    {
        // No client may wait here, so one that would is refused.
        await using var host = await RunsApiHost.StartAsync(null, ("Skipper:Runs:Watching:MaxClients", "1"));
        using var other = host.Get<RunChanges>().Watch(Guid.NewGuid());
        var id = await host.Table.RunAsync(state);

        Assert.Equal(tag == "\"1\"" ? 304 : 200, (await host.GetAsync($"/{id}?wait=60", ("If-None-Match", tag))).Status);
    }

    [Fact]
    public async Task One_client_too_many_is_told_to_come_back()
    {
        await using var host = await RunsApiHost.StartAsync(null, ("Skipper:Runs:Watching:MaxClients", "1"));
        var id = await host.Table.RunAsync();
        using (host.Get<RunChanges>().Watch(id))
        {
            foreach (var path in new[] { $"/{id}?wait=60", $"/{id}/events" })
            {
                var refused = await host.GetAsync(path);
                refused.IsProblem(503, "unavailable");
                Assert.Equal("5", refused.Headers.RetryAfter!.ToString());
            }
        }

        await host.Table.EndAsync(id);
        Assert.Equal(200, (await host.GetAsync($"/{id}/events")).Status);
    }

    [Theory]
    [InlineData("?wait=-1")]
    [InlineData("?wait=soon")]
    public async Task A_wait_that_is_no_number_of_seconds_is_refused(string query)
    {
        await using var host = await RunsApiHost.StartAsync();

        (await host.GetAsync($"/{await host.Table.RunAsync()}{query}")).IsProblem(400, "invalid_argument");
    }

    [Fact]
    public async Task A_gateway_that_stops_sends_its_waiting_clients_away()
    {
        await using var host = await RunsApiHost.StartAsync();
        var id = await host.Table.RunAsync();
        var poll = host.GetAsync($"/{id}?wait=60");
        await WatchedAsync(host, id);
        var followed = new Uri($"{RunsApiHost.Runs}/{await host.Table.RunAsync()}/events", UriKind.Relative);
        using var stream = new StreamReader(await host.Http.GetStreamAsync(followed, Token));
        Assert.Equal("id: 1", await stream.ReadLineAsync(Token));
        await host.StopAsync();

        Assert.Equal("running", (await poll).Json.GetProperty("state").GetString());
        Assert.DoesNotContain("run.succeeded", await stream.ReadToEndAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_poller_tells_of_revisions_of_progress_and_of_the_end_of_a_run_and_of_nothing_else()
    {
        await using var host = new RunsApiHost();
        var id = await host.Table.RunAsync();
        await host.Table.StepAsync(id);
        using var watch = host.Get<RunChanges>().Watch(id);
        var poller = host.GetHosted<RunChangePoller>();

        Assert.True(await LookAsync());
        Assert.False(await LookAsync());
        await host.Table.EventAsync(id, "run.started");
        Assert.True(await LookAsync());
        await host.Table.ExecuteAsync("UPDATE gateway.steps SET progress_percent = 5 WHERE run_id = @Id", new { Id = id });
        Assert.True(await LookAsync());
        await host.Table.ExecuteAsync("DELETE FROM gateway.runs WHERE id = @Id", new { Id = id });
        Assert.True(await LookAsync());
        Assert.False(await LookAsync());

        async Task<bool> LookAsync()
        {
            await poller.LookAsync(Token);
            return await watch.WaitAsync(TimeSpan.Zero, Token);
        }
    }

    private static Task WatchedAsync(RunsApiHost host, Guid id) =>
        Eventually.TrueAsync(() => host.Get<RunChanges>().Watched().Contains(id), "somebody waits", Token);
}
