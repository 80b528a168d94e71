using System.Data.Common;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Idempotency;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>Accepts tasks and tells how they are. An accepted run is in the database, with its step that waits to be sent.</summary>
internal sealed class RunStore
{
    private readonly Database _database;
    private readonly IdempotencyStore _keys;
    private readonly RunOptions _options;
    private readonly RunSignal _signal;
    private readonly TimeProvider _time;
    private readonly GroupCommit<AcceptedRow, Guid> _accepting;
    private readonly string _accept;
    private readonly string _find;
    private readonly string _counts;

    public RunStore(
        [FromKeyedServices(GatewayService.Schema)] Database database,
        IdempotencyStore keys,
        IOptions<RunOptions> options,
        RunSignal signal,
        TimeProvider time)
    {
        (_database, _keys, _options, _signal, _time) = (database, keys, options.Value, signal, time);
        _accepting = new GroupCommit<AcceptedRow, Guid>(database, gathers: false, AcceptAsync);
        var rows = RowSet.From(
            database,
            ("id", "uuid"),
            ("task_type", "text"),
            ("queue", "text"),
            ("priority", "smallint"),
            ("input", "text"),
            ("description", "text"),
            ("timeout_seconds", "double precision"),
            ("trace_parent", "text"),
            ("rerun_of", "uuid"));
        _accept = database.Sql($"""
            INSERT INTO gateway.runs (id, workflow, state, priority, input, description, trace_parent, rerun_of, created_at)
            SELECT id, task_type, 'accepted', priority, input, description, trace_parent, rerun_of, @Now FROM {rows};
            INSERT INTO gateway.steps
              (run_id, step, name, state, queue, priority, timeout_seconds, max_attempts, retry_delay_seconds, available_at)
            SELECT id, @Step, @Step, 'queued', queue, priority, timeout_seconds, @MaxAttempts, @RetryDelay, @Now FROM {rows};
            INSERT INTO gateway.run_events (run_id, seq, at, type) SELECT id, 1, @Now, 'run.accepted' FROM {rows};
            """);
        _find = database.Sql("""
            SELECT r.id AS Id, r.workflow AS TaskType, r.state AS State, r.output AS Output, r.error AS Error,
                   r.created_at AS CreatedAt, r.finished_at AS FinishedAt, s.queue AS Queue, s.state AS StepState,
                   s.attempt AS Attempt, s.progress_percent AS ProgressPercent, s.progress_message AS ProgressMessage,
                   s.unroutable_count AS UnroutableCount
            FROM gateway.runs r
            LEFT JOIN gateway.steps s ON s.run_id = r.id AND s.step = @Step AND r.version IS NULL
            WHERE r.id = @Id
            """);
        _counts = database.Sql("""
            SELECT COUNT(*) AS Total, COALESCE(SUM(CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END), 0) AS Finished,
                   COALESCE(SUM(CASE WHEN state = 'running' THEN progress_percent END), 0) AS RunningPercent
            FROM gateway.steps WHERE run_id = @Id
            """);
    }

    /// <summary>Durable when it returns; the relay is woken.</summary>
    public async Task<Guid> AcceptAsync(NewRun run, CancellationToken cancellationToken)
    {
        var row = new AcceptedRow(
            Guid.CreateVersion7(_time.GetUtcNow()),
            run.TaskType,
            run.Queue,
            run.Priority,
            run.Request,
            run.Description is null ? null : StoredText.Clean(run.Description),
            run.Timeout?.TotalSeconds ?? _options.StepTimeoutSeconds,
            run.TraceParent,
            run.RerunOf);
        var id = run.Idempotency is { } key
            ? await AcceptOnceAsync(row, key, cancellationToken)
            : await _accepting.WriteAsync(row, cancellationToken);
        _signal.Set();
        return id;
    }

    /// <summary>Null where there is no such run.</summary>
    public Task<RunStatus?> FindAsync(Guid id, CancellationToken cancellationToken) => _database.ReadAsync(
        async connection =>
        {
            var run = await connection.FirstOrDefaultAsync<RunStatus>(_find, new { Id = id, Step = AttemptId.SingleStep }, cancellationToken);
            return run is { StepState: null }
                ? run.With(await connection.FirstOrDefaultAsync<StepCounts>(_counts, new { Id = id }, cancellationToken))
                : run;
        },
        cancellationToken);

    private Task<Guid> AcceptOnceAsync(AcceptedRow row, IdempotencyKey key, CancellationToken cancellationToken) => _database.WriteAsync(
        async transaction =>
        {
            var id = await _keys.TakeAsync(transaction, key, row.Id, cancellationToken);
            if (id == row.Id)
            {
                await AcceptAsync(transaction, [row], cancellationToken);
            }

            return id;
        },
        cancellationToken);

    private async Task<IReadOnlyList<Guid>> AcceptAsync(
        DbTransaction transaction, IReadOnlyList<AcceptedRow> runs, CancellationToken cancellationToken)
    {
        var arguments = new
        {
            Rows = RowSet.Of(runs),
            Step = AttemptId.SingleStep,
            _options.MaxAttempts,
            RetryDelay = _options.RetryDelaySeconds,
            Now = _time.GetUtcNow(),
        };
        await transaction.ExecuteAsync(_accept, arguments, cancellationToken);
        return [.. runs.Select(run => run.Id)];
    }

    private sealed record AcceptedRow(
        Guid Id,
        string TaskType,
        string Queue,
        int Priority,
        string Input,
        string? Description,
        double TimeoutSeconds,
        string? TraceParent,
        Guid? RerunOf);
}
