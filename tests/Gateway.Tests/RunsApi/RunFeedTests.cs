using System.Text.Json;
using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.RunsApi;

public sealed class RunFeedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_comes_first_and_then_each_run_that_changes()
    {
        await using var host = await RunsApiHost.StartAsync();
        var first = await host.Table.RunAsync();
        host.Time.Advance(1);
        var second = await host.Table.RunAsync(RunState.Succeeded);
        using var lines = await StreamAsync(host);

        Assert.Equal(first, (await NextAsync(lines)).GetProperty("id").GetGuid());
        Assert.Equal(second, (await NextAsync(lines)).GetProperty("id").GetGuid());

        await host.Table.EndAsync(first, RunState.Failed);
        host.Get<RunChanges>().Changed(first);
        var changed = await NextAsync(lines);
        Assert.Equal((first, "failed", 2), (
            changed.GetProperty("id").GetGuid(), changed.GetProperty("state").GetString(), changed.GetProperty("rev").GetInt32()));
    }

    [Fact]
    public async Task Progress_and_what_another_gateway_changed_come_although_nobody_tells()
    {
        await using var host = await RunsApiHost.StartAsync();
        var id = await host.Table.RunAsync();
        await host.Table.StepAsync(id);
        using var lines = await StreamAsync(host);
        await NextAsync(lines);

        await host.Table.ExecuteAsync(
            "UPDATE gateway.steps SET progress_percent = 40, progress_message = 'round 4' WHERE run_id = @Id", new { Id = id });
        var progress = (await NextAsync(lines)).GetProperty("progress");
        Assert.Equal((40, "round 4"), (progress.GetProperty("percent").GetInt32(), progress.GetProperty("message").GetString()));
        await host.Table.EndAsync(id);
        Assert.Equal("succeeded", (await NextAsync(lines)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_run_that_is_not_among_the_newest_is_listed_until_it_has_ended()
    {
        await using var host = await RunsApiHost.StartAsync();
        var old = await host.Table.RunAsync();
        for (var i = 0; i < RunFeed.Newest + 5; i++)
        {
            host.Time.Advance(1);
            await host.Table.RunAsync(RunState.Succeeded);
        }

        var feed = host.Get<RunFeed>();
        var all = await feed.ReadAsync(0, Token);
        Assert.Equal(RunFeed.Newest + 1, all.Count);
        Assert.Equal(old, all[0].Row.Id);

        await host.Table.EndAsync(old);
        var seen = all.Max(run => run.Number);
        IReadOnlyList<FedRun> changed = [];
        await Eventually.TrueAsync(
            async () => (changed = await feed.ReadAsync(seen, Token)).Count > 0, "the end of the old run is seen", Token);
        Assert.Equal((old, RunState.Succeeded), (Assert.Single(changed).Row.Id, changed[0].Row.State));
    }

    [Fact]
    public async Task Who_follows_the_list_does_not_make_the_gateway_look_for_runs_one_by_one()
    {
        await using var host = await RunsApiHost.StartAsync();
        using var watch = host.Get<RunChanges>().Watch(RunChanges.Any);

        Assert.Empty(host.Get<RunChanges>().Watched());
    }

    [Fact]
    public async Task The_stream_ends_with_the_gateway()
    {
        await using var host = await RunsApiHost.StartAsync();
        await host.Table.RunAsync();
        using var lines = await StreamAsync(host);
        await NextAsync(lines);
        var stopping = host.StopAsync();

        Assert.Null(await lines.ReadLineAsync(Token));
        await stopping;
    }

    private static async Task<StreamReader> StreamAsync(RunsApiHost host) =>
        new(await host.Http.GetStreamAsync(new Uri($"{RunsApiHost.Runs}/events", UriKind.Relative), Token));

    private static async Task<JsonElement> NextAsync(StreamReader lines)
    {
        Assert.Equal("event: run", await lines.ReadLineAsync(Token));
        var data = (await lines.ReadLineAsync(Token))!["data: ".Length..];
        Assert.Equal("", await lines.ReadLineAsync(Token));
        return JsonDocument.Parse(data).RootElement;
    }
}
