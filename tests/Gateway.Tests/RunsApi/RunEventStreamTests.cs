using System.Text.Json;
using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Gateway.Tests.Fakes;

namespace Skipper.Gateway.Tests.RunsApi;

public sealed class RunEventStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_stream_of_a_run_that_has_ended_is_its_events()
    {
        await using var host = await RunsApiHost.StartAsync();
        var id = await host.Table.RunAsync();
        await host.Table.EventAsync(id, "step.failed", "train", "{\n\"code\": \"internal\"}");
        await host.Table.EndAsync(id, RunState.Failed);
        var answer = await host.GetAsync($"/{id}/events");

        Assert.Equal((200, "text/event-stream"), (answer.Status, answer.Type));
        var events = answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, events.Length);
        Assert.Equal(["id: 2", "event: step.failed"], events[1].Split('\n')[..2]);
        var data = JsonDocument.Parse(events[1].Split('\n')[2]["data: ".Length..]).RootElement;
        Assert.Equal((2, 1), (data.GetProperty("seq").GetInt32(), data.GetProperty("attempt").GetInt32()));
        Assert.Equal("train", data.GetProperty("step").GetString());
        Assert.Equal("internal", data.GetProperty("data").GetProperty("code").GetString());
        Assert.StartsWith("id: 3\nevent: run.failed\n", events[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_what_it_missed_and_then_is_told_to_stay_away()
    {
        await using var host = await RunsApiHost.StartAsync();
        var id = await host.Table.RunAsync();
        await host.Table.EventAsync(id, "run.started");
        await host.Table.EndAsync(id);

        var missed = await host.GetAsync($"/{id}/events", ("Last-Event-ID", "2"));
        Assert.Equal("id: 3", Assert.Single(missed.Text.Split('\n'), line => line.StartsWith("id:", StringComparison.Ordinal)));
        Assert.Equal(204, (await host.GetAsync($"/{id}/events", ("Last-Event-ID", "3"))).Status);
        (await host.GetAsync($"/{id}/events", ("Last-Event-ID", "x"))).IsProblem(400, "invalid_argument");
    }

    [Fact]
    public async Task Events_and_progress_come_while_they_happen_and_the_stream_ends_with_the_run()
    {
        await using var host = await RunsApiHost.StartAsync();
        var id = await host.Table.RunAsync();
        await host.Table.StepAsync(id);
        using var lines = await StreamAsync(host, id);

        Assert.Equal(["id: 1", "event: run.accepted"], await BlockAsync(lines));
        Assert.Equal(["event: progress", """data: {"percent":0}"""], await BlockAsync(lines, 2));
        await host.Table.ExecuteAsync(
            "UPDATE gateway.steps SET progress_percent = 40, progress_message = 'round 4' WHERE run_id = @Id", new { Id = id });
        Assert.Equal(["event: progress", """data: {"percent":40,"message":"round 4"}"""], await BlockAsync(lines, 2));
        await host.Table.EventAsync(id, "step.succeeded", "task");
        host.Get<RunChanges>().Changed(id);
        Assert.Equal(["id: 2", "event: step.succeeded"], await BlockAsync(lines));
        await host.Table.EndAsync(id);
        host.Get<RunChanges>().Changed(id);
        Assert.Equal(["id: 3", "event: run.succeeded"], await BlockAsync(lines));
        Assert.Null(await lines.ReadLineAsync(Token));
    }

    [Fact]
    public async Task A_silent_stream_is_kept_alive()
    {
        await using var host = await RunsApiHost.StartAsync(new TestTime { SkipPauses = true });
        var id = await host.Table.RunAsync();
        using var lines = await StreamAsync(host, id);
        while (await lines.ReadLineAsync(Token) is var line && line != ": ping")
        {
            Assert.NotNull(line);
        }
    }

    [Fact]
    public async Task More_events_than_are_read_at_once_come_in_order_without_a_gap()
    {
        await using var host = await RunsApiHost.StartAsync();
        var id = await host.Table.RunAsync();
        for (var i = 0; i < RunReader.Batch + 10; i++)
        {
            await host.Table.EventAsync(id, "step.retried", "task");
        }

        await host.Table.EndAsync(id);
        var ids = (await host.GetAsync($"/{id}/events")).Text.Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, RunReader.Batch + 12).Select(seq => $"id: {seq}"), ids);
    }

    private static async Task<StreamReader> StreamAsync(RunsApiHost host, Guid id) =>
        new(await host.Http.GetStreamAsync(new Uri($"{RunsApiHost.Runs}/{id}/events", UriKind.Relative), Token));

    /// <summary>The first lines of the next block.</summary>
    private static async Task<string[]> BlockAsync(StreamReader lines, int first = 2)
    {
        var block = new List<string>();
        while (await lines.ReadLineAsync(Token) is { Length: > 0 } line)
        {
            block.Add(line);
        }

        return [.. block.Take(first)];
    }
}
