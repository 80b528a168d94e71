using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.RunsApi;

public sealed class RunEndpointsTests : IAsyncLifetime
{
    private RunsApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await RunsApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Pages_are_followed_by_their_links_to_the_last_one_with_the_filters_kept()
    {
        for (var i = 0; i < 5; i++)
        {
            await _host.Table.RunAsync(i == 2 ? RunState.Failed : RunState.Succeeded);
            _host.Time.Advance(1);
        }

        var seen = new List<string>();
        for (var path = "?state=succeeded&page_size=2"; path is not null;)
        {
            var page = (await _host.GetAsync(path)).Json;
            seen.AddRange(page.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("id").GetString()!));
            Assert.InRange(page.GetProperty("runs").GetArrayLength(), 1, 2);
            path = page.TryGetProperty("next_link", out var link) ? link.GetString()![RunsApiHost.Runs.Length..] : null;
        }

        Assert.Equal(4, seen.Count);
        Assert.Equal(seen.OrderDescending(StringComparer.Ordinal), seen);
    }

    [Theory]
    [InlineData("?state=runing", "Unknown state 'runing'; known are accepted, running")]
    [InlineData("?page_size=201", "page_size must be a whole number from 1 to 200, was '201'")]
    [InlineData("?page_size=0", "was '0'")]
    [InlineData("?page_token=AAAA", "page_token must be a next_page_token of an earlier answer, was 'AAAA'")]
    [InlineData("?page_token=%F0%9F%98%80", "page_token must be")]
    [InlineData("?since=yesterday", "since must be a time such as 2026-01-02T03:04:05Z, was 'yesterday'")]
    [InlineData("?rerun_of=7", "rerun_of must be an id, was '7'")]
    [InlineData("?sate=failed", "Unknown parameter 'sate'")]
    public async Task A_question_that_cannot_be_answered_is_refused_with_what_was_found(string query, string detail)
    {
        var answer = await _host.GetAsync(query);

        answer.IsProblem(400, "invalid_argument");
        Assert.Contains(detail, answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_states_and_times_in_any_notation_filter()
    {
        var id = await _host.Table.RunAsync(RunState.Failed);
        await _host.Table.RunAsync(RunState.Succeeded);

        var found = (await _host.GetAsync(
            "?state=failed,timed_out&since=2026-01-02T04:04:05+01:00&until=2026-01-03&workflow=training")).Json;
        Assert.Equal(id, Assert.Single(found.GetProperty("runs").EnumerateArray()).GetProperty("id").GetGuid());
        Assert.Empty((await _host.GetAsync("?workflow=%00")).Json.GetProperty("runs").EnumerateArray());
    }

    [Fact]
    public async Task A_run_shows_its_state_progress_and_where_to_go()
    {
        var id = await _host.Table.RunAsync();
        await _host.Table.StepAsync(id, "data", StepState.Succeeded);
        await _host.Table.StepAsync(id, "train", StepState.Running, set: "progress_percent = 50, progress_message = 'round 5'");
        _host.Time.Advance(12.5);
        var answer = await _host.GetAsync($"/{id}");
        var run = answer.Json;

        Assert.Equal((200, "\"1\"", "1"), (answer.Status, answer.Headers.ETag!.Tag, answer.Headers.RetryAfter!.ToString()));
        Assert.Equal(("running", 12.5), (run.GetProperty("state").GetString(), run.GetProperty("duration_seconds").GetDouble()));
        Assert.Equal("""{"percent":75,"message":"round 5"}""", run.GetProperty("progress").GetRawText());
        Assert.Equal("""{"running":1,"succeeded":1}""", run.GetProperty("step_counts").GetRawText());
        Assert.Equal($"{RunsApiHost.Runs}/{id}/cancel", run.GetProperty("links").GetProperty("cancel").GetString());
        Assert.False(run.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task A_run_that_failed_is_found_with_its_error_as_the_worker_said_it()
    {
        var id = await _host.Table.RunAsync(RunState.Failed, error: """{"error":"No column","code":"invalid_argument","n": 1.50}""");
        await _host.Table.StepAsync(id, state: StepState.Failed);
        var answer = await _host.GetAsync($"/{id}");

        Assert.Equal(200, answer.Status);
        Assert.Null(answer.Headers.RetryAfter);
        Assert.Equal("""{"error":"No column","code":"invalid_argument","n": 1.50}""", answer.Json.GetProperty("error").GetRawText());
        Assert.True(answer.Json.GetProperty("links").TryGetProperty("rerun", out _));
        Assert.False(answer.Json.GetProperty("links").TryGetProperty("cancel", out _));
    }

    [Theory]
    [InlineData("\"1\"", 304)]
    [InlineData("W/\"1\"", 304)]
    [InlineData("\"2\"", 200)]
    [InlineData("*", 200)]
    public async Task The_tag_is_the_revision(string tag, int status)
    {
        var id = await _host.Table.RunAsync();
        var answer = await _host.GetAsync($"/{id}", ("If-None-Match", tag));

        Assert.Equal((status, "\"1\""), (answer.Status, answer.Headers.ETag!.Tag));
        Assert.Equal(status == 304, answer.Text.Length == 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/steps")]
    [InlineData("/steps/task")]
    [InlineData("/steps/task/attempts")]
    [InlineData("/steps/task/logs")]
    [InlineData("/events")]
    [InlineData("/result")]
    [InlineData("?wait=30")]
    public async Task What_belongs_to_an_unknown_run_is_not_found(string path)
    {
        (await _host.GetAsync($"/{Guid.NewGuid()}{path}")).IsProblem(404, "not_found");
        (await _host.GetAsync($"/1{path}")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task Steps_are_shown_one_by_one_with_what_they_were_asked_and_answered()
    {
        var id = await _host.Table.RunAsync();
        await _host.Table.StepAsync(id, "train[1]", StepState.Succeeded, set: "request = '{\"a\": 1}', output = 'plain text'");
        var all = (await _host.GetAsync($"/{id}/steps")).Json.GetProperty("steps");
        var one = (await _host.GetAsync($"/{id}/steps/train[1]")).Json;

        Assert.False(Assert.Single(all.EnumerateArray()).TryGetProperty("output", out _));
        Assert.Equal(("train", 1), (one.GetProperty("name").GetString(), one.GetProperty("item").GetInt32()));
        Assert.Equal(("{\"a\": 1}", "plain text"), (one.GetProperty("request").GetRawText(), one.GetProperty("output").GetString()));
        var unknown = await _host.GetAsync($"/{id}/steps/trian");
        unknown.IsProblem(404, "not_found");
        Assert.Contains("it has train[1]", unknown.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempts_and_logs_belong_to_a_step()
    {
        var id = await _host.Table.RunAsync();
        await _host.Table.StepAsync(id, "train[0]", StepState.Running, set: "attempt = 2, started_at = @Now");
        await _host.Table.ExecuteAsync(
            """
            INSERT INTO gateway.attempts (run_id, step, attempt, outcome, error, finished_at)
            VALUES (@Id, 'train[0]', 1, 'failed', '{}', @Now)
            """,
            new { Id = id, Now = _host.Time.GetUtcNow() });
        for (var seq = 0; seq < RunReader.Batch + 1; seq++)
        {
            await _host.Table.ExecuteAsync(
                "INSERT INTO gateway.step_logs VALUES (@Id, 'train[0]', 2, @Seq, @Now, 'information', 'line')",
                new { Id = id, Seq = seq, Now = _host.Time.GetUtcNow() });
        }

        var attempts = (await _host.GetAsync($"/{id}/steps/train[0]/attempts")).Json.GetProperty("attempts");
        Assert.Equal(["failed", "running"], attempts.EnumerateArray().Select(attempt => attempt.GetProperty("outcome").GetString()));
        var logs = (await _host.GetAsync($"/{id}/steps/train[0]/logs")).Json;
        Assert.Equal((2, RunReader.Batch), (logs.GetProperty("attempt").GetInt32(), logs.GetProperty("logs").GetArrayLength()));
        var rest = (await _host.GetAsync(logs.GetProperty("next_link").GetString()![RunsApiHost.Runs.Length..])).Json;
        Assert.Equal(RunReader.Batch, Assert.Single(rest.GetProperty("logs").EnumerateArray()).GetProperty("seq").GetInt32());
        Assert.False(rest.TryGetProperty("next_link", out _));
        Assert.Empty((await _host.GetAsync($"/{id}/steps/train[0]/logs?attempt=1")).Json.GetProperty("logs").EnumerateArray());
    }

    [Fact]
    public async Task The_result_is_what_the_run_answered_byte_by_byte()
    {
        var json = await _host.GetAsync($"/{await _host.Table.RunAsync(RunState.Succeeded, output: "{\"a\":  1.50}")}/result");
        var text = await _host.GetAsync($"/{await _host.Table.RunAsync(RunState.Succeeded, output: "done")}/result");
        var nothing = await _host.GetAsync($"/{await _host.Table.RunAsync(RunState.Succeeded)}/result");

        Assert.Equal((200, "application/json", "{\"a\":  1.50}"), (json.Status, json.Type, json.Text));
        Assert.Equal((200, "text/plain", "done"), (text.Status, text.Type, text.Text));
        Assert.Equal((200, "application/json", "null"), (nothing.Status, nothing.Type, nothing.Text));
    }

    [Fact]
    public async Task A_run_without_a_result_says_why()
    {
        var open = await _host.GetAsync($"/{await _host.Table.RunAsync()}/result");
        var failed = await _host.GetAsync($"/{await _host.Table.RunAsync(RunState.Failed, error: "{\"code\":\"internal\"}")}/result");

        open.IsProblem(409, "failed_precondition");
        failed.IsProblem(409, "failed_precondition");
        Assert.Contains("wait=30", open.Detail, StringComparison.Ordinal);
        Assert.Equal("internal", failed.Json.GetProperty("details").GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_cancellation_is_passed_on_and_answered_with_the_state()
    {
        var id = await _host.Table.RunAsync();
        var running = await _host.SendAsync(HttpMethod.Post, $"/{id}/cancel", """{"reason":"wrong data","force":true}""");
        _host.Control.State = RunState.Cancelled;
        var done = await _host.SendAsync(HttpMethod.Post, $"/{id}/cancel");

        Assert.Equal((202, "running"), (running.Status, running.Json.GetProperty("state").GetString()));
        Assert.Equal((200, "cancelled"), (done.Status, done.Json.GetProperty("state").GetString()));
        Assert.Equal([(id, "wrong data", true), (id, null, false)], _host.Control.Cancelled);
    }

    [Theory]
    [InlineData("""{"forced":true}""")]
    [InlineData("""{"force":"yes"}""")]
    [InlineData("""{"force":""")]
    [InlineData("[]")]
    public async Task A_cancellation_that_is_misspelled_cancels_nothing(string body)
    {
        (await _host.SendAsync(HttpMethod.Post, $"/{Guid.NewGuid()}/cancel", body)).IsProblem(400, "invalid_argument");
        Assert.Empty(_host.Control.Cancelled);
    }

    [Fact]
    public async Task A_rerun_is_a_new_run_from_the_failed_steps_unless_said_otherwise()
    {
        var id = await _host.Table.RunAsync(RunState.Failed);
        var answer = await _host.SendAsync(HttpMethod.Post, $"/{id}/rerun");
        await _host.SendAsync(HttpMethod.Post, $"/{id}/rerun", """{"from":"train"}""");

        Assert.Equal((202, _host.Control.NewId), (answer.Status, answer.Json.GetProperty("id").GetGuid()));
        Assert.Equal(id, answer.Json.GetProperty("rerun_of").GetGuid());
        Assert.Equal($"{RunsApiHost.Runs}/{_host.Control.NewId}", answer.Headers.Location!.ToString());
        Assert.Equal([(id, "failed"), (id, "train")], _host.Control.Repeated);
        _host.Control.Refusal = MeshException.FailedPrecondition("The run is running.");
        (await _host.SendAsync(HttpMethod.Post, $"/{id}/rerun")).IsProblem(409, "failed_precondition");
        (await _host.SendAsync(HttpMethod.Post, $"/{id}/rerun", """{"from":""}""")).IsProblem(400, "invalid_argument");
    }

    [Fact]
    public async Task Only_a_run_that_has_ended_is_deleted_and_nothing_of_it_stays()
    {
        var open = await _host.Table.RunAsync();
        var ended = await _host.Table.RunAsync(RunState.Succeeded);
        await _host.Table.StepAsync(ended);

        (await _host.SendAsync(HttpMethod.Delete, $"/{open}")).IsProblem(409, "failed_precondition");
        Assert.Equal(204, (await _host.SendAsync(HttpMethod.Delete, $"/{ended}")).Status);
        (await _host.SendAsync(HttpMethod.Delete, $"/{ended}")).IsProblem(404, "not_found");
        Assert.NotNull(await _host.Reader.FindAsync(open, Token));
        Assert.Equal((0, 1), (await _host.Table.CountAsync("gateway.steps"), await _host.Table.CountAsync("gateway.run_events")));
    }
}
