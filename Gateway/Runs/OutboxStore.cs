using System.Globalization;
using Microsoft.Extensions.Options;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// The only way anything leaves the database: rows are sent at least once, and deleted when the broker has them.
/// </summary>
internal sealed class OutboxStore(
    [FromKeyedServices(GatewayService.Schema)] Database database, IOptions<RunOptions> options, TimeProvider time)
{
    /// <summary>A relay that dies while sending leaves its rows to the others after this time.</summary>
    private static readonly TimeSpan TakenFor = TimeSpan.FromSeconds(10);

    private readonly string _due = database.Sql(
        "SELECT COUNT(*) FROM (SELECT 1 FROM gateway.outbox WHERE available_at <= @Now LIMIT 1) AS d");

    private readonly string _take = database.Sql($"""
        UPDATE gateway.outbox SET available_at = @Until
        WHERE id IN (SELECT id FROM gateway.outbox WHERE available_at <= @Now ORDER BY available_at, id LIMIT @Limit {database.SkipLocked})
        RETURNING id
        """);

    private readonly string _read = database.Sql("""
        SELECT o.id AS Id, o.run_id AS RunId, o.step AS Step, o.attempt AS Attempt, o.queue AS Queue, o.tries AS Tries,
               r.request AS Request,
               CASE WHEN s.attempt = o.attempt AND s.state IN ('queued', 'dispatched') THEN 1 ELSE 0 END AS IsOpen
        FROM gateway.outbox o
        JOIN gateway.runs r ON r.id = o.run_id
        JOIN gateway.steps s ON s.run_id = o.run_id AND s.step = o.step
        """);

    // A worker that was quicker than this statement has claimed already: its step stays running.
    private readonly string _dispatched = database.Sql("""
        UPDATE gateway.steps
        SET state = 'dispatched', dispatched_at = @Now, sends = sends + 1, deadline_at = COALESCE(deadline_at, @Deadline),
            resend_at = CASE sends WHEN 0 THEN @First WHEN 1 THEN @Second WHEN 2 THEN @Third ELSE @Later END
        WHERE state IN ('queued', 'dispatched') AND (run_id, step, attempt) IN
          (SELECT run_id, step, attempt FROM gateway.outbox WHERE id IN
        """);

    private readonly string _delete = database.Sql("DELETE FROM gateway.outbox WHERE id IN");

    private readonly string _postpone = database.Sql(
        "UPDATE gateway.outbox SET available_at = @Available, tries = @Tries, last_error = @Reason WHERE id = @Id");

    private readonly string _release = database.Sql("UPDATE gateway.outbox SET available_at = @Now WHERE available_at > @Now");

    private readonly string _resend = database.Sql("""
        INSERT INTO gateway.outbox (run_id, step, attempt, queue, available_at)
        SELECT run_id, step, attempt, queue, @Now FROM gateway.steps
        WHERE state = 'dispatched' AND (dispatched_at < @SentBefore OR resend_at < @Now)
        ON CONFLICT (run_id, step, attempt) DO NOTHING
        """);

    /// <summary>Takes rows that are due; nobody else gets them for a while.</summary>
    public async Task<IReadOnlyList<OutboxRow>> TakeAsync(int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var any = await database.ReadAsync(
            connection => connection.FirstOrDefaultAsync<int>(_due, new { Now = now }, cancellationToken),
            cancellationToken);
        if (any == 0)
        {
            return [];
        }

        return await database.WriteAsync<IReadOnlyList<OutboxRow>>(
            async transaction =>
            {
                var ids = await transaction.QueryAsync<long>(
                    _take, new { Now = now, Until = now + TakenFor, Limit = limit }, cancellationToken);
                return ids.Count == 0
                    ? []
                    : await transaction.QueryAsync<OutboxRow>(
                        $"{_read} WHERE o.id IN ({List(ids)}) ORDER BY o.id", null, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>The broker has these messages.</summary>
    public Task SentAsync(IEnumerable<long> sent, CancellationToken cancellationToken)
    {
        var ids = List(sent);
        var now = time.GetUtcNow();
        var pause = TimeSpan.FromSeconds(options.Value.ResendSeconds);
        var times = new
        {
            Now = now,
            Deadline = now + TimeSpan.FromSeconds(options.Value.QueueTimeoutSeconds),
            First = now + pause,
            Second = now + (pause * 2),
            Third = now + (pause * 4),
            Later = now + (pause * 8),
        };
        return database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync($"{_dispatched} ({ids}))", times, cancellationToken);
                return await transaction.ExecuteAsync($"{_delete} ({ids})", null, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Sends later; a reason tells that the queue does not exist, absent = the broker is away.</summary>
    public Task PostponeAsync(OutboxRow row, TimeSpan pause, string? reason, CancellationToken cancellationToken)
    {
        var next = new
        {
            row.Id,
            Available = time.GetUtcNow() + pause,
            Tries = reason is null ? row.Tries : row.Tries + 1,
            Reason = reason,
        };
        return database.WriteAsync(
            transaction => transaction.ExecuteAsync(_postpone, next, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Sends again, as the same attempt, what was sent before a time or long ago, and was never claimed.
    /// </summary>
    public Task<int> ResendAsync(DateTimeOffset sentBefore, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.ExecuteAsync(
                _resend, new { Now = time.GetUtcNow(), SentBefore = sentBefore }, cancellationToken),
            cancellationToken);

    /// <summary>Makes every row due: for a process that knows that whoever took them is dead.</summary>
    public Task<int> ReleaseAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.ExecuteAsync(_release, new { Now = time.GetUtcNow() }, cancellationToken),
            cancellationToken);

    /// <summary>Numbers may stand in the statement; a list parameter would differ between the two databases.</summary>
    private static string List(IEnumerable<long> ids) =>
        string.Join(',', ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));
}
