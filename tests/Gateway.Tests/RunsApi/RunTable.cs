using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.Fakes;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Tests.RunsApi;

/// <summary>Rows as the core of the runs writes them.</summary>
internal sealed class RunTable(Database database, TestTime time)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Accepts a run at the time of the test; it has the event <c>run.accepted</c>.</summary>
    public async Task<Guid> RunAsync(
        string state = RunState.Running,
        string workflow = "training",
        string? output = null,
        string? error = null,
        Guid? rerunOf = null,
        string? schedule = null,
        Guid? backfill = null)
    {
        var now = time.GetUtcNow();
        var run = new
        {
            Id = Guid.CreateVersion7(now),
            Workflow = workflow,
            State = state,
            Output = output,
            Error = error,
            RerunOf = rerunOf,
            Schedule = schedule,
            Backfill = backfill,
            Now = now,
            Started = state == RunState.Accepted ? (DateTimeOffset?)null : now,
            Finished = state is RunState.Accepted or RunState.Running ? (DateTimeOffset?)null : now,
        };
        await ExecuteAsync(
            """
            INSERT INTO gateway.runs
              (id, workflow, state, input, output, error, rerun_of, schedule, backfill_id, slot, created_at, started_at, finished_at)
            VALUES (@Id, @Workflow, @State, '{}', @Output, @Error, @RerunOf, @Schedule, @Backfill, @Now, @Now, @Started, @Finished);
            INSERT INTO gateway.run_events (run_id, seq, at, type) VALUES (@Id, 1, @Now, 'run.accepted');
            """,
            run);
        return run.Id;
    }

    /// <summary>Adds a step; <paramref name="set"/> is an assignment of more columns.</summary>
    public async Task StepAsync(
        Guid run, string step = "task", string state = StepState.Running, string queue = "skipper_training", string? set = null)
    {
        var bracket = step.IndexOf('[', StringComparison.Ordinal);
        var row = new
        {
            Run = run,
            Step = step,
            Name = bracket < 0 ? step : step[..bracket],
            Item = bracket < 0 ? (int?)null : int.Parse(step[(bracket + 1)..^1], System.Globalization.CultureInfo.InvariantCulture),
            State = state,
            Queue = queue,
            Now = time.GetUtcNow(),
        };
        await ExecuteAsync(
            """
            INSERT INTO gateway.steps
              (run_id, step, name, item, state, queue, timeout_seconds, max_attempts, retry_delay_seconds, available_at)
            VALUES (@Run, @Step, @Name, @Item, @State, @Queue, 100, 3, 5, @Now)
            """,
            row);
        if (set is not null)
        {
            await ExecuteAsync($"UPDATE gateway.steps SET {set} WHERE run_id = @Run AND step = @Step", row);
        }
    }

    /// <summary>Something happens to a run: an event, and the next revision.</summary>
    public Task EventAsync(Guid run, string type, string? step = null, string? data = null, string? set = null) => ExecuteAsync(
        $"""
        UPDATE gateway.runs SET rev = rev + 1{(set is null ? "" : $", {set}")} WHERE id = @Run;
        INSERT INTO gateway.run_events (run_id, seq, at, type, step, attempt, data)
        SELECT id, rev, @Now, @Type, @Step, @Attempt, @Data FROM gateway.runs WHERE id = @Run;
        """,
        new { Run = run, Now = time.GetUtcNow(), Type = type, Step = step, Attempt = step is null ? (int?)null : 1, Data = data });

    /// <summary>The run ends, with its final event.</summary>
    public Task EndAsync(Guid run, string state = RunState.Succeeded) =>
        EventAsync(run, $"run.{state}", set: $"state = '{state}', finished_at = @Now");

    public Task<int> ExecuteAsync(string sql, object arguments) => database.WriteAsync(
        transaction => transaction.ExecuteAsync(database.Sql(sql), arguments, Token), Token);

    public async Task<long> CountAsync(string from) => (await database.ReadAsync(
        connection => connection.QueryAsync<long>(database.Sql($"SELECT COUNT(*) FROM {from}"), null, Token), Token)).Single();
}
