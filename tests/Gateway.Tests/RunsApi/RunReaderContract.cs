using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.RunsApi;

/// <summary>What is read about runs, on every database.</summary>
public abstract class RunReaderContract : IAsyncLifetime
{
    private RunsApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _host = new RunsApiHost(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_and_a_page_ends_where_the_next_begins()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, await _host.Table.RunAsync());
            _host.Time.Advance(0.001);
        }

        var first = await _host.Reader.ListAsync(new RunFilter(), 3, Token);
        var second = await _host.Reader.ListAsync(new RunFilter { Before = first[^1].Id }, 3, Token);

        Assert.Equal(ids, first.Concat(second).Select(run => run.Id));
    }

    [Fact]
    public async Task Every_filter_leaves_out_what_does_not_match()
    {
        var backfill = Guid.NewGuid();
        var failed = await _host.Table.RunAsync(RunState.Failed);
        var rerun = await _host.Table.RunAsync(RunState.TimedOut, rerunOf: failed);
        var scheduled = await _host.Table.RunAsync(RunState.Accepted, schedule: "nightly");
        var filled = await _host.Table.RunAsync(RunState.Succeeded, workflow: "weather", backfill: backfill);

        await IsAsync(new RunFilter { States = [RunState.Failed, RunState.TimedOut] }, failed, rerun);
        await IsAsync(new RunFilter { States = [RunState.Accepted, RunState.Running] }, scheduled);
        await IsAsync(new RunFilter { States = [RunState.Accepted, RunState.Succeeded] }, scheduled, filled);
        await IsAsync(new RunFilter { RerunOf = failed }, rerun);
        await IsAsync(new RunFilter { Schedule = "nightly" }, scheduled);
        await IsAsync(new RunFilter { Workflow = "weather" }, filled);
        await IsAsync(new RunFilter { Backfill = backfill }, filled);
        await IsAsync(new RunFilter { Backfill = backfill, Workflow = "training" });
    }

    [Fact]
    public async Task The_newest_and_those_that_have_not_ended_are_read_with_their_steps()
    {
        var open = await _host.Table.RunAsync();
        await _host.Table.StepAsync(open, set: "progress_percent = 40");
        var old = await _host.Table.RunAsync(RunState.Succeeded);
        _host.Time.Advance(1);
        var newest = await _host.Table.RunAsync(RunState.Succeeded);
        await _host.Table.StepAsync(newest, state: StepState.Succeeded);

        var found = await _host.Reader.NewestAsync(1, Token);
        var groups = await _host.Reader.GroupsAsync([open, newest, old], Token);
        Assert.Equal([open, newest], found.Select(run => run.Id).Order());
        Assert.Equal([(open, 40), (newest, 100)], groups.Select(group => (group.RunId, group.Percent)).Order());
        Assert.Equal([old], (await _host.Reader.FindManyAsync([old, Guid.NewGuid()], Token)).Select(run => run.Id));
        Assert.Empty(await _host.Reader.FindManyAsync([], Token));
    }

    [Fact]
    public async Task Times_of_a_filter_include_the_beginning_and_not_the_end()
    {
        var start = _host.Time.GetUtcNow();
        var first = await _host.Table.RunAsync();
        _host.Time.Advance(60);
        var second = await _host.Table.RunAsync();

        await IsAsync(new RunFilter { Since = start, Until = start.AddSeconds(60) }, first);
        await IsAsync(new RunFilter { Since = start.AddSeconds(60) }, second);
        await IsAsync(new RunFilter { Since = start.AddTicks(1) }, second);
        await IsAsync(new RunFilter { Until = start });
    }

    [Fact]
    public async Task A_run_is_read_with_everything_but_what_may_be_large()
    {
        var source = Guid.NewGuid();
        var id = await _host.Table.RunAsync(RunState.Failed, error: "{\"code\":\"internal\"}", rerunOf: source, schedule: "s");
        await _host.Table.ExecuteAsync(
            """
            UPDATE gateway.runs SET version = 7, priority = 9, dedup_key = 'k', cancel_requested_at = @At, cancel_reason = 'why'
            WHERE id = @Id
            """,
            new { Id = id, At = _host.Time.GetUtcNow() });
        var run = (await _host.Reader.FindAsync(id, Token))!;

        Assert.Equal((id, "training", 7, RunState.Failed, 9), (run.Id, run.Workflow, run.Version, run.State, run.Priority));
        Assert.Equal(("{\"code\":\"internal\"}", "k", source), (run.Error, run.DedupKey, run.RerunOf));
        Assert.Equal(("s", "why"), (run.Schedule, run.CancelReason));
        Assert.Equal((1, _host.Time.GetUtcNow(), _host.Time.GetUtcNow()), (run.Rev, run.CreatedAt, run.CancelRequestedAt));
        Assert.Null(await _host.Reader.FindAsync(Guid.NewGuid(), Token));
    }

    [Fact]
    public async Task Steps_are_counted_by_state_and_an_expanded_one_by_its_items()
    {
        var id = await _host.Table.RunAsync();
        await _host.Table.StepAsync(id, "data", StepState.Succeeded);
        await _host.Table.StepAsync(id, "train", StepState.Expanded);
        await _host.Table.StepAsync(id, "train[0]", StepState.Running, set: "progress_percent = 40, progress_message = 'round 4'");
        await _host.Table.StepAsync(id, "train[1]", StepState.Queued);
        var groups = (await _host.Reader.GroupsAsync(id, Token)).ToDictionary(group => group.State);

        Assert.Equal([StepState.Queued, StepState.Running, StepState.Succeeded], groups.Keys.Order());
        Assert.Equal((1, 40, "round 4"), (groups["running"].Count, groups["running"].Percent, groups["running"].Message));
        Assert.Equal(100, groups["succeeded"].Percent);
    }

    [Fact]
    public async Task Items_come_in_the_order_of_their_numbers()
    {
        var id = await _host.Table.RunAsync();
        foreach (var item in new[] { 10, 2, 0 })
        {
            await _host.Table.StepAsync(id, $"train[{item}]", StepState.Queued);
        }

        Assert.Equal([0, 2, 10], (await _host.Reader.StepsAsync(id, Token)).Select(step => step.Item));
    }

    [Fact]
    public async Task The_attempts_of_a_step_end_with_that_of_now()
    {
        var id = await _host.Table.RunAsync();
        await _host.Table.StepAsync(id, "task", StepState.Running, set: "attempt = 3, worker = 'c', started_at = @Now");
        await AttemptAsync(id, 2, "lost");
        await AttemptAsync(id, 1, "failed");
        var attempts = await _host.Reader.AttemptsAsync(id, "task", Token);

        Assert.Equal([(1, "failed"), (2, "lost"), (3, "running")], attempts.Select(attempt => (attempt.Attempt, attempt.Outcome)));
        Assert.Equal(("c", _host.Time.GetUtcNow(), null), (attempts[2].Worker, attempts[2].StartedAt, attempts[2].FinishedAt));
    }

    [Fact]
    public async Task Events_and_log_lines_are_read_from_where_the_reader_stopped()
    {
        var id = await _host.Table.RunAsync();
        await _host.Table.EventAsync(id, "run.started");
        await _host.Table.EventAsync(id, "step.started", "task", "{\"worker\":\"w\"}");
        await _host.Table.StepAsync(id);
        foreach (var (attempt, seq) in new[] { (1, 1), (2, 0), (2, 1), (2, 2) })
        {
            await _host.Table.ExecuteAsync(
                "INSERT INTO gateway.step_logs VALUES (@Id, 'task', @Attempt, @Seq, @Now, 'information', 'line')",
                new { Id = id, Attempt = attempt, Seq = seq, Now = _host.Time.GetUtcNow() });
        }

        var events = await _host.Reader.EventsAsync(id, 1, Token);
        Assert.Equal([(2, "run.started", null), (3, "step.started", "task")], events.Select(e => (e.Seq, e.Type, e.Step)));
        Assert.Equal("{\"worker\":\"w\"}", events[1].Data);
        Assert.Equal([1, 2], (await _host.Reader.LogsAsync(id, "task", 2, 0, Token)).Select(line => line.Seq));
        Assert.Equal([0, 1, 2], (await _host.Reader.LogsAsync(id, "task", 2, -1, Token)).Select(line => line.Seq));
    }

    [Fact]
    public async Task The_pulse_of_runs_beats_with_revisions_and_progress()
    {
        var id = await _host.Table.RunAsync();
        await _host.Table.StepAsync(id);
        var before = Assert.Single(await _host.Reader.PulsesAsync([id, Guid.NewGuid()], Token));
        await _host.Table.ExecuteAsync("UPDATE gateway.steps SET progress_percent = 5 WHERE run_id = @Id", new { Id = id });
        var progressed = Assert.Single(await _host.Reader.PulsesAsync([id], Token));
        await _host.Table.EventAsync(id, "run.started");

        Assert.NotEqual(before, progressed);
        Assert.NotEqual(progressed, Assert.Single(await _host.Reader.PulsesAsync([id], Token)));
    }

    private Task<int> AttemptAsync(Guid id, int attempt, string outcome) => _host.Table.ExecuteAsync(
        "INSERT INTO gateway.attempts (run_id, step, attempt, outcome, finished_at) VALUES (@Id, 'task', @Attempt, @Outcome, @Now)",
        new { Id = id, Attempt = attempt, Outcome = outcome, Now = _host.Time.GetUtcNow() });

    private async Task IsAsync(RunFilter filter, params Guid[] expected) =>
        Assert.Equal(expected.Order(), (await _host.Reader.ListAsync(filter, 100, Token)).Select(run => run.Id).Order());
}
