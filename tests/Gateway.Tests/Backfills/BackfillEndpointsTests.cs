using System.Text.Json;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.Schedules;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Backfills;

public sealed class BackfillEndpointsTests
{
    private const string Path = "workflows/weather/backfills";
    private const string ThreeDays = "\"from\":\"2026-01-01\",\"to\":\"2026-01-04\",\"every\":\"1d\"";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dry_run_tells_what_would_be_done_and_starts_nothing()
    {
        await using var host = await SchedulesHost.StartAsync();
        var existing = await host.Launcher.StartAsync(
            new RunLaunch { Workflow = "weather", Schedule = "daily", Slot = SchedulesHost.At("2026-01-02T00:00:00Z") }, Token);

        var answer = await host.SendAsync(HttpMethod.Post, Path, $$"""{{{ThreeDays}},"dry_run":true}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            $$"""{"workflow":"weather","version":3,"actions":{"run":2,"skip":1},"slots":[{"slot":"2026-01-01T00:00:00+00:00","action":"run"},{"slot":"2026-01-02T00:00:00+00:00","action":"skip","run_id":"{{existing.Id}}","run_state":"accepted"},{"slot":"2026-01-03T00:00:00+00:00","action":"run"}]}""",
            answer.Text);
        Assert.Equal("""{"backfills":[]}""", (await host.SendAsync(HttpMethod.Get, "backfills")).Text);
    }

    [Fact]
    public async Task A_backfill_is_accepted_driven_and_tells_how_far_it_is()
    {
        await using var host = await SchedulesHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Post, Path, $$"""{{{ThreeDays}}}""");

        Assert.Equal(202, answer.Status);
        var id = answer.Json.GetProperty("id").GetString();
        Assert.Equal($"/api/v1/skipper/backfills/{id}", answer.Headers.Location!.ToString());
        await Eventually.TrueAsync(() => host.Launcher.Started.Count == 1, "the first run is started", Token);
        await host.Launcher.EndAsync(SchedulesHost.At("2026-01-01T00:00:00Z"), RunState.Failed);
        await Eventually.TrueAsync(() => host.Launcher.Started.Count == 2, "the second run is started", Token);
        await Eventually.TrueAsync(
            async () => (await GetAsync(host, id)).GetProperty("next_slot").GetDateTimeOffset().Day == 3, "that is noted", Token);
        var backfill = await GetAsync(host, id);
        Assert.Equal("""{"total":3,"done":1,"skipped":0}""", backfill.GetProperty("slots").GetRawText());
        Assert.Equal(1, backfill.GetProperty("runs").GetProperty("failed").GetInt32());
        Assert.Equal(1, backfill.GetProperty("runs").GetProperty("accepted").GetInt32());
        var listed = (await host.SendAsync(HttpMethod.Get, "backfills")).Json.GetProperty("backfills")[0];
        Assert.Equal(id, listed.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_backfill_is_paused_resumed_and_cancelled()
    {
        await using var host = await SchedulesHost.StartAsync();
        var id = (await host.SendAsync(HttpMethod.Post, Path, $$"""{{{ThreeDays}}}""")).Json.GetProperty("id").GetString();

        var paused = await host.SendAsync(HttpMethod.Post, $"backfills/{id}/pause", """{"reason":"load"}""");
        Assert.Equal(
            ("paused", "load"),
            (paused.Json.GetProperty("state").GetString(), paused.Json.GetProperty("paused_reason").GetString()));
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, $"backfills/{id}/pause")).Status);
        Assert.Equal(
            "running", (await host.SendAsync(HttpMethod.Post, $"backfills/{id}/resume")).Json.GetProperty("state").GetString());
        Assert.Equal(
            "cancelled", (await host.SendAsync(HttpMethod.Post, $"backfills/{id}/cancel")).Json.GetProperty("state").GetString());

        var refused = await host.SendAsync(HttpMethod.Post, $"backfills/{id}/resume");
        refused.IsProblem(409, "failed_precondition");
        Assert.Equal($"Backfill {id} is cancelled, so it cannot become running.", refused.Detail);
    }

    [Theory]
    [InlineData("workflows/wether/backfills", "", 404, "There is no workflow 'wether'")]
    [InlineData(Path, ",\"version\":9", 404, "Workflow 'weather' has no version 9")]
    [InlineData(Path, ",\"max_parallel\":0", 422, "max_parallel must be between 1 and 1000, was 0")]
    [InlineData(Path, ",\"on_existing\":\"replace\"", 422, "on_existing must be one of skip, rerun_failed, was 'replace'")]
    [InlineData(Path, ",\"time_zone\":\"Berlin\"", 422, "There is no time zone 'Berlin'")]
    public async Task A_wrong_backfill_is_refused_with_the_reason(string path, string extra, int status, string reason)
    {
        await using var host = await SchedulesHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Post, path, $$"""{{{ThreeDays}}{{extra}}}""");

        Assert.Equal(status, answer.Status);
        Assert.StartsWith(reason, answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backfills/01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10")]
    [InlineData("backfills/x")]
    public async Task An_unknown_backfill_is_not_found(string path)
    {
        await using var host = await SchedulesHost.StartAsync();

        (await host.SendAsync(HttpMethod.Get, path)).IsProblem(404, "not_found");
        (await host.SendAsync(HttpMethod.Post, $"{path}/cancel")).IsProblem(404, "not_found");
    }

    private static async Task<JsonElement> GetAsync(SchedulesHost host, string? id) =>
        (await host.SendAsync(HttpMethod.Get, $"backfills/{id}")).Json;
}
