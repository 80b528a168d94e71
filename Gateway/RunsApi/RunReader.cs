using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.RunsApi;

/// <summary>Reads runs for people and programs that ask about them; changes nothing.</summary>
internal sealed class RunReader([FromKeyedServices(GatewayService.Schema)] Database database)
{
    /// <summary>At most so many events or log lines are read at once.</summary>
    public const int Batch = 500;

    public const string RunColumns = """
        r.id AS Id, r.workflow AS Workflow, r.version AS Version, r.state AS State, r.priority AS Priority,
        r.description AS Description, r.error AS Error, r.dedup_key AS DedupKey, r.rerun_of AS RerunOf, r.schedule AS Schedule,
        r.backfill_id AS BackfillId, r.slot AS Slot, r.rev AS Rev, r.created_at AS CreatedAt, r.started_at AS StartedAt,
        r.finished_at AS FinishedAt, r.deadline_at AS DeadlineAt, r.cancel_requested_at AS CancelRequestedAt,
        r.cancel_reason AS CancelReason
        """;

    private const string StepColumns = """
        step AS Step, name AS Name, item AS Item, state AS State, queue AS Queue, priority AS Priority, error AS Error,
        timeout_seconds AS TimeoutSeconds, max_attempts AS MaxAttempts, concurrency_key AS ConcurrencyKey,
        concurrency_limit AS ConcurrencyLimit, attempt AS Attempt, worker AS Worker, failed_count AS FailedCount,
        lost_count AS LostCount, unroutable_count AS UnroutableCount, progress_percent AS ProgressPercent,
        progress_message AS ProgressMessage, available_at AS AvailableAt, dispatched_at AS DispatchedAt, started_at AS StartedAt,
        lease_until AS LeaseUntil, deadline_at AS DeadlineAt, finished_at AS FinishedAt
        """;

    private readonly string _list = database.Sql($"SELECT {RunColumns} FROM gateway.runs r WHERE");

    private readonly string _find = database.Sql($"SELECT {RunColumns} FROM gateway.runs r WHERE r.id = @Id");

    // The one index gives the newest, the other those that have not ended, however many runs are stored.
    private readonly string _newest = database.Sql($"""
        SELECT {RunColumns} FROM gateway.runs r WHERE r.id IN (
          SELECT id FROM (SELECT id FROM gateway.runs ORDER BY id DESC LIMIT @Limit) AS newest
          UNION SELECT id FROM (SELECT id FROM gateway.runs WHERE finished_at IS NULL ORDER BY id DESC LIMIT @Limit) AS unfinished)
        """);

    // A foreach whose items exist is counted by them.
    private readonly string _groups = database.Sql("""
        SELECT run_id AS RunId, state AS State, COUNT(*) AS Count, MIN(progress_message) AS Message,
               SUM(CASE WHEN state IN ('succeeded', 'reused', 'skipped') THEN 100.0 ELSE COALESCE(progress_percent, 0.0) END) AS Percent
        FROM gateway.steps WHERE state <> 'expanded' AND run_id IN
        """);

    private readonly string _steps = database.Sql(
        $"SELECT {StepColumns} FROM gateway.steps WHERE run_id = @Id ORDER BY name, item, step");

    // Of a task, request and output are kept once, with the run.
    private readonly string _step = database.Sql($"""
        SELECT {StepColumns},
               COALESCE(request, (SELECT input FROM gateway.runs WHERE id = run_id AND version IS NULL)) AS Request,
               COALESCE(output, (SELECT output FROM gateway.runs WHERE id = run_id AND version IS NULL)) AS Output
        FROM gateway.steps WHERE run_id = @Id AND step = @Step
        """);

    private readonly string _attempts = database.Sql("""
        SELECT attempt AS Attempt, outcome AS Outcome, worker AS Worker, error AS Error, dispatched_at AS DispatchedAt,
               started_at AS StartedAt, finished_at AS FinishedAt
        FROM gateway.attempts WHERE run_id = @Id AND step = @Step
        UNION ALL
        SELECT attempt, state, worker, error, dispatched_at, started_at, finished_at
        FROM gateway.steps WHERE run_id = @Id AND step = @Step
        ORDER BY 1
        """);

    private readonly string _events = database.Sql($"""
        SELECT seq AS Seq, at AS At, type AS Type, step AS Step, attempt AS Attempt, data AS Data
        FROM gateway.run_events WHERE run_id = @Id AND seq > @After ORDER BY seq LIMIT {Batch}
        """);

    private readonly string _logs = database.Sql($"""
        SELECT seq AS Seq, at AS At, level AS Level, message AS Message
        FROM gateway.step_logs WHERE run_id = @Id AND step = @Step AND attempt = @Attempt AND seq > @After ORDER BY seq LIMIT {Batch}
        """);

    private readonly string _result = database.Sql(
        "SELECT state AS State, output AS Output, error AS Error FROM gateway.runs WHERE id = @Id");

    private readonly string _pulses = database.Sql("""
        SELECT r.id AS Id, r.rev AS Rev,
               (SELECT COALESCE(SUM(s.progress_percent), 0.0) FROM gateway.steps s WHERE s.run_id = r.id) AS Percent
        FROM gateway.runs r WHERE r.id IN
        """);

    /// <summary>Newest first.</summary>
    public Task<List<RunRow>> ListAsync(RunFilter filter, int limit, CancellationToken cancellationToken)
    {
        var (where, arguments) = filter.Where();
        arguments.Add("Limit", limit);
        return QueryAsync<RunRow>($"{_list} {where} ORDER BY r.id DESC LIMIT @Limit", arguments, cancellationToken);
    }

    /// <summary>Null where there is no such run.</summary>
    public Task<RunRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        FirstAsync<RunRow>(_find, new { Id = id }, cancellationToken);

    public Task<List<StepGroup>> GroupsAsync(Guid id, CancellationToken cancellationToken) =>
        GroupsAsync([id], cancellationToken);

    /// <summary>Of several runs, each with its groups.</summary>
    public Task<List<StepGroup>> GroupsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ids.Count == 0
            ? Task.FromResult<List<StepGroup>>([])
            : QueryAsync<StepGroup>($"{_groups} ({In(ids)}) GROUP BY run_id, state", null, cancellationToken);

    /// <summary>The newest, and the newest that have not ended: up to so many of each.</summary>
    public Task<List<RunRow>> NewestAsync(int limit, CancellationToken cancellationToken) =>
        QueryAsync<RunRow>(_newest, new { Limit = limit }, cancellationToken);

    /// <summary>Runs that do not exist are left out.</summary>
    public Task<List<RunRow>> FindManyAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? Task.FromResult<List<RunRow>>([]) : QueryAsync<RunRow>($"{_list} r.id IN ({In(ids)})", null, cancellationToken);

    public Task<List<StepRow>> StepsAsync(Guid id, CancellationToken cancellationToken) =>
        QueryAsync<StepRow>(_steps, new { Id = id }, cancellationToken);

    /// <summary>Null where there is no such step.</summary>
    public Task<StepRow?> StepAsync(Guid id, string step, CancellationToken cancellationToken) =>
        FirstAsync<StepRow>(_step, new { Id = id, Step = step }, cancellationToken);

    /// <summary>Oldest first; the last is the one of now.</summary>
    public Task<List<AttemptRow>> AttemptsAsync(Guid id, string step, CancellationToken cancellationToken) =>
        QueryAsync<AttemptRow>(_attempts, new { Id = id, Step = step }, cancellationToken);

    /// <summary>At most <see cref="Batch"/>, in the order of their numbers.</summary>
    public Task<List<EventRow>> EventsAsync(Guid id, long after, CancellationToken cancellationToken) =>
        QueryAsync<EventRow>(_events, new { Id = id, After = after }, cancellationToken);

    /// <summary>At most <see cref="Batch"/>, in the order of their numbers.</summary>
    public Task<List<LogRow>> LogsAsync(Guid id, string step, int attempt, int after, CancellationToken cancellationToken) =>
        QueryAsync<LogRow>(_logs, new { Id = id, Step = step, Attempt = attempt, After = after }, cancellationToken);

    /// <summary>Null where there is no such run.</summary>
    public Task<ResultRow?> ResultAsync(Guid id, CancellationToken cancellationToken) =>
        FirstAsync<ResultRow>(_result, new { Id = id }, cancellationToken);

    /// <summary>Runs that do not exist are left out.</summary>
    public Task<List<RunPulse>> PulsesAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken) =>
        QueryAsync<RunPulse>($"{_pulses} ({In(ids)})", null, cancellationToken);

    private static string In(IEnumerable<Guid> ids) => string.Join(',', ids.Select(id => $"'{id:D}'"));

    private Task<List<T>> QueryAsync<T>(string sql, object? arguments, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.QueryAsync<T>(sql, arguments, cancellationToken), cancellationToken);

    private Task<T?> FirstAsync<T>(string sql, object arguments, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.FirstOrDefaultAsync<T>(sql, arguments, cancellationToken), cancellationToken);
}
