using System.Text.Json;
using Skipper.Gateway.Jobs;
using Skipper.Gateway.Schedules;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Schedules;

public sealed class ScheduleEndpointsTests
{
    private const string Body =
        """{"workflow":"weather","cron":"30 2 * * *","time_zone":"Europe/Berlin","input":{"city":"Berlin"}}""";

    private static readonly JobTicket Ticket = new(Schedule.Handler, "daily");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_is_saved_shown_and_handed_to_the_engine()
    {
        await using var host = await SchedulesHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Put, "schedules/daily", Body);

        Assert.Equal(200, answer.Status);
        Assert.Equal(answer.Text, (await host.SendAsync(HttpMethod.Get, "schedules/daily")).Text);
        Assert.Equal("""{"schedules":[""" + answer.Text + "]}", (await host.SendAsync(HttpMethod.Get, "schedules")).Text);
        Assert.Equal(
            ("run_once", "skip", true, "Berlin"),
            (Text(answer.Json, "misfire"), Text(answer.Json, "overlap"), answer.Json.GetProperty("enabled").GetBoolean(),
                Text(answer.Json.GetProperty("input"), "city")));
        Assert.Equal(
            ["2026-01-03T01:30:00Z", "2026-01-04T01:30:00Z", "2026-01-05T01:30:00Z", "2026-01-06T01:30:00Z", "2026-01-07T01:30:00Z"],
            answer.Json.GetProperty("next").EnumerateArray().Select(next => SchedulesHost.Text(next.GetDateTimeOffset())));
        await Eventually.TrueAsync(() => host.Engine.Recurring.ContainsKey(Ticket), "the engine has it", Token);
    }

    [Theory]
    [InlineData("""{"workflow":"weather","cron":"61 * * * *"}""", "cron '61 * * * *' is not understood")]
    [InlineData("""{"workflow":"weather","cron":"* * * * *","time_zone":"Berlin"}""", "There is no time zone 'Berlin'")]
    [InlineData("""{"workflow":"weather","cron":"0 0 12 1 1 ? 2025"}""", "cron '0 0 12 1 1 ? 2025' has no time after now")]
    [InlineData("""{"workflow":"weather"}""", "cron is missing")]
    [InlineData("""{"cron":"* * * * *"}""", "workflow is missing")]
    [InlineData("""{"workflow":"weather","cron":"* * * * *","misfire":"later"}""", "misfire must be one of run_once, skip, run_all, was 'later'")]
    [InlineData("""{"workflow":"weather","cron":"* * * * *","overlap":"queue"}""", "overlap must be one of skip, allow, was 'queue'")]
    [InlineData("""{"workflow":"weather","cron":"* * * * *","input":[1]}""", "input must be a JSON object, was [1]")]
    public async Task A_wrong_schedule_is_refused_with_the_reason(string body, string reason)
    {
        await using var host = await SchedulesHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Put, "schedules/daily", body);

        answer.IsProblem(422, "invalid_argument");
        Assert.StartsWith(reason, answer.Detail, StringComparison.Ordinal);
        (await host.SendAsync(HttpMethod.Get, "schedules/daily")).IsProblem(404, "not_found");
    }

    [Theory]
    [InlineData("""{"workflow":"wether","cron":"* * * * *"}""", "There is no workflow 'wether'")]
    [InlineData("""{"workflow":"weather","version":4,"cron":"* * * * *"}""", "Workflow 'weather' has no version 4; it has versions 1 to 3")]
    public async Task A_schedule_of_an_unknown_workflow_is_refused(string body, string reason)
    {
        await using var host = await SchedulesHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Put, "schedules/daily", body);

        answer.IsProblem(404, "not_found");
        Assert.StartsWith(reason, answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_is_paused_with_its_reason_and_resumed()
    {
        await using var host = await SchedulesHost.StartAsync();
        await host.SendAsync(HttpMethod.Put, "schedules/daily", Body);

        var paused = await host.SendAsync(HttpMethod.Post, "schedules/daily/pause", """{"reason":"repairs"}""");
        Assert.Equal(("repairs", 0), (Text(paused.Json, "paused_reason"), paused.Json.GetProperty("next").GetArrayLength()));
        await Eventually.TrueAsync(() => host.Engine.Recurring.IsEmpty, "the engine has lost it", Token);

        var resumed = await host.SendAsync(HttpMethod.Post, "schedules/daily/resume");
        Assert.False(resumed.Json.TryGetProperty("paused_reason", out _));
        await Eventually.TrueAsync(() => host.Engine.Recurring.ContainsKey(Ticket), "the engine has it again", Token);
    }

    [Fact]
    public async Task A_paused_schedule_can_be_triggered_and_says_which_run_that_is()
    {
        await using var host = await SchedulesHost.StartAsync();
        await host.SendAsync(HttpMethod.Put, "schedules/daily", Body);
        await host.SendAsync(HttpMethod.Post, "schedules/daily/pause");

        var answer = await host.SendAsync(HttpMethod.Post, "schedules/daily/trigger");

        Assert.Equal(202, answer.Status);
        Assert.Equal($"/api/v1/skipper/runs/{Text(answer.Json, "id")}", answer.Headers.Location!.ToString());
        Assert.Equal(["2026-01-02T03:04:05Z"], host.Started);
        var lastRun = (await host.SendAsync(HttpMethod.Get, "schedules/daily")).Json.GetProperty("last_run");
        Assert.Equal((Text(answer.Json, "id"), "accepted"), (Text(lastRun, "id"), Text(lastRun, "state")));
        host.Time.Advance(1);
        (await host.SendAsync(HttpMethod.Post, "schedules/daily/trigger")).IsProblem(409, ErrorCode.AlreadyExists.ToWire());
    }

    [Fact]
    public async Task A_deleted_schedule_is_gone()
    {
        await using var host = await SchedulesHost.StartAsync();
        await host.SendAsync(HttpMethod.Put, "schedules/daily", Body);

        Assert.Equal("""{"name":"daily","state":"deleted"}""", (await host.SendAsync(HttpMethod.Delete, "schedules/daily")).Text);

        (await host.SendAsync(HttpMethod.Delete, "schedules/daily")).IsProblem(404, "not_found");
        (await host.SendAsync(HttpMethod.Post, "schedules/daily/pause")).IsProblem(404, "not_found");
        (await host.SendAsync(HttpMethod.Post, "schedules/daily/trigger")).IsProblem(404, "not_found");
        await Eventually.TrueAsync(() => host.Engine.Recurring.IsEmpty, "the engine has lost it", Token);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
