using Microsoft.Extensions.Options;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// The steps that wait to be sent. A queued step is its own outbox row: it is marked as dispatched, then sent, and sent again as the
/// same attempt if that was not confirmed soon, whoever took it. Only a few steps of a queue are with the broker at a time, so that
/// priority and cancellation work on all the others.
/// </summary>
internal sealed class DispatchStore
{
    /// <summary>What was not confirmed in this time is sent again: its relay has died.</summary>
    private static readonly TimeSpan Unconfirmed = TimeSpan.FromSeconds(10);

    // Rows that somebody has locked are about to change: they are left alone, and so nobody waits for anybody.
    private readonly Database _database;
    private readonly RunOptions _options;
    private readonly TimeProvider _time;
    private readonly string _queues;
    private readonly string _lock;
    private readonly string _take;
    private readonly string _confirm;
    private readonly string _postpone;
    private readonly string _resend;

    public DispatchStore(
        [FromKeyedServices(GatewayService.Schema)] Database database, IOptions<RunOptions> options, TimeProvider time)
    {
        (_database, _options, _time) = (database, options.Value, time);

        // Jumps from queue to queue in the index, however many steps wait.
        _queues = database.Sql("""
            WITH RECURSIVE queues (queue) AS (
              SELECT MIN(queue) FROM gateway.steps WHERE state = 'queued'
              UNION ALL
              SELECT (SELECT MIN(s.queue) FROM gateway.steps s WHERE s.state = 'queued' AND s.queue > queues.queue)
              FROM queues WHERE queues.queue IS NOT NULL)
            SELECT queue AS Queue,
                   (SELECT COUNT(*) FROM gateway.steps d WHERE d.state = 'dispatched' AND d.queue = queues.queue) AS Dispatched
            FROM queues
            WHERE EXISTS (SELECT 1 FROM gateway.steps s WHERE s.state = 'queued' AND s.queue = queues.queue AND s.available_at <= @Now)
            """);

        // One relay at a time decides, so that windows and concurrency limits hold over all gateways; SQLite has one writer anyway.
        _lock = database.Dialect is Dialect.PostgreSql
            ? "SELECT pg_advisory_xact_lock(hashtextextended('skipper.dispatch', 0))"
            : "SELECT 1";

        // Of steps that share a concurrency key, one at a time: the next one counts those before it.
        _take = database.Sql($"""
            UPDATE gateway.steps
            SET state = 'dispatched', dispatched_at = @Now, resend_at = @Unconfirmed, sends = sends + 1,
                deadline_at = COALESCE(deadline_at, @Deadline)
            WHERE (run_id, step) IN (
              SELECT s.run_id, s.step FROM gateway.steps s
              WHERE s.state = 'queued' AND s.queue = @Queue AND s.available_at <= @Now AND (s.concurrency_key IS NULL OR (
                (SELECT COUNT(*) FROM gateway.steps x
                 WHERE x.concurrency_key = s.concurrency_key AND x.state IN ('dispatched', 'running', 'cancelling')) < s.concurrency_limit
                AND NOT EXISTS (
                  SELECT 1 FROM gateway.steps y
                  WHERE y.concurrency_key = s.concurrency_key AND y.state = 'queued' AND y.queue = s.queue AND y.available_at <= @Now
                    AND (y.priority > s.priority OR (y.priority = s.priority AND (y.run_id, y.step) < (s.run_id, s.step))))))
              ORDER BY s.priority DESC, s.run_id LIMIT @Limit{database.SkipLocked})
            RETURNING run_id AS RunId, step AS Step, attempt AS Attempt, queue AS Queue, unroutable_count AS UnroutableCount,
              COALESCE(request, (SELECT r.input FROM gateway.runs r WHERE r.id = run_id)) AS Request,
              (SELECT r.trace_parent FROM gateway.runs r WHERE r.id = run_id) AS TraceParent
            """);
        var rows = RowSet.From(database, ("c_run", "uuid"), ("c_step", "text"), ("c_attempt", "integer"));
        _confirm = database.Sql($"""
            UPDATE gateway.steps
            SET resend_at = CASE sends WHEN 1 THEN @First WHEN 2 THEN @Second WHEN 3 THEN @Third ELSE @Later END
            WHERE (run_id, step, attempt) IN (
              SELECT run_id, step, attempt FROM gateway.steps
              WHERE state = 'dispatched' AND (run_id, step, attempt) IN (SELECT c_run, c_step, c_attempt FROM {rows}){database.SkipLocked})
            """);
        _postpone = database.Sql("""
            UPDATE gateway.steps
            SET state = 'queued', available_at = @Available, resend_at = NULL, unroutable_count = unroutable_count + @Unroutable
            WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt AND state = 'dispatched'
            """);
        _resend = database.Sql($"""
            UPDATE gateway.steps SET state = 'queued', available_at = @Now, resend_at = NULL
            WHERE (run_id, step) IN (
              SELECT run_id, step FROM gateway.steps
              WHERE state = 'dispatched' AND (dispatched_at < @SentBefore OR resend_at < @Now){database.SkipLocked})
            """);
    }

    /// <summary>The queues for which something is due, with the number of messages that the broker has and nobody has claimed.</summary>
    public Task<List<DueQueue>> FindQueuesAsync(CancellationToken cancellationToken) => _database.ReadAsync(
        connection => connection.QueryAsync<DueQueue>(_queues, new { Now = _time.GetUtcNow() }, cancellationToken), cancellationToken);

    /// <summary>Takes steps that are due, the most urgent first; nobody else gets them for a while.</summary>
    public Task<List<DueStep>> TakeAsync(string queue, int limit, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var arguments = new
        {
            Now = now,
            Unconfirmed = now + Unconfirmed,
            Deadline = now + TimeSpan.FromSeconds(_options.QueueTimeoutSeconds),
            Queue = queue,
            Limit = limit,
        };
        return _database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(_lock, null, cancellationToken);
                return await transaction.QueryAsync<DueStep>(_take, arguments, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>The broker has these messages. May be told late: most of them have been claimed by then.</summary>
    public Task<int> ConfirmAsync(IEnumerable<AttemptId> sent, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var pause = TimeSpan.FromSeconds(_options.ResendSeconds);
        var arguments = new
        {
            Rows = RowSet.Of(sent.OrderBy(id => id.RunId).Select(id => new { CRun = id.RunId, CStep = id.Step, CAttempt = id.Attempt })),
            First = now + pause,
            Second = now + (pause * 2),
            Third = now + (pause * 4),
            Later = now + (pause * 8),
        };
        return _database.WriteAsync(
            transaction => transaction.ExecuteAsync(_confirm, arguments, cancellationToken), cancellationToken);
    }

    /// <summary>What could not be sent waits again.</summary>
    /// <param name="step">What was taken.</param>
    /// <param name="pause">For how long at least.</param>
    /// <param name="isUnroutable">Whether its queue does not exist; otherwise the broker is away.</param>
    /// <param name="cancellationToken">Ends the attempt to write.</param>
    public Task<int> PostponeAsync(DueStep step, TimeSpan pause, bool isUnroutable, CancellationToken cancellationToken)
    {
        var arguments = new
        {
            step.RunId,
            step.Step,
            step.Attempt,
            Available = _time.GetUtcNow() + pause,
            Unroutable = isUnroutable ? 1 : 0,
        };
        return _database.WriteAsync(
            transaction => transaction.ExecuteAsync(_postpone, arguments, cancellationToken), cancellationToken);
    }

    /// <summary>Queues again, as the same attempt, what was sent before a time or long ago, and was never claimed.</summary>
    public Task<int> ResendAsync(DateTimeOffset sentBefore, CancellationToken cancellationToken) => _database.WriteAsync(
        transaction => transaction.ExecuteAsync(
            _resend, new { Now = _time.GetUtcNow(), SentBefore = sentBefore }, cancellationToken),
        cancellationToken);
}

/// <summary>A queue for which steps are due.</summary>
internal sealed record DueQueue
{
    public required string Queue { get; init; }

    /// <summary>How many of its messages are with the broker, unclaimed.</summary>
    public int Dispatched { get; init; }
}
