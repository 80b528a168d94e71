using System.Globalization;

namespace Skipper.Bench.Runs;

/// <summary>Finished runs of the past week, as if they had been executed: most succeeded, a few failed or were cancelled.</summary>
internal static class StoredRuns
{
    private const string Fill = """
        CREATE TEMP TABLE past ON COMMIT DROP AS
        SELECT (lpad(to_hex((EXTRACT(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3)
                 || 'a' || substr(md5(n::text), 4, 15))::uuid AS id,
               at, CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 100 = 1 THEN 'cancelled' ELSE 'succeeded' END AS state
        FROM (SELECT n, now() - interval '7 days' * (1 - n / $1::double precision) - interval '1 minute' AS at
              FROM generate_series(1, $1) n) slots;

        INSERT INTO gateway.runs (id, workflow, state, input, output, error, rev, created_at, started_at, finished_at)
        SELECT id, 'echo', state, $2, CASE state WHEN 'succeeded' THEN $2 END,
               CASE state WHEN 'failed' THEN '{"code":"internal","message":"The worker failed."}' END,
               4, at, at + interval '5 ms', at + interval '10 ms'
        FROM past;

        INSERT INTO gateway.steps (run_id, step, name, state, queue, request, output, error, timeout_seconds, max_attempts,
               retry_delay_seconds, claim_id, worker, sends, dispatched_at, started_at, lease_until, deadline_at, finished_at)
        SELECT id, 'task', 'task', state, 'bench_echo', $2, CASE state WHEN 'succeeded' THEN $2 END,
               CASE state WHEN 'failed' THEN '{"code":"internal","message":"The worker failed."}' END,
               3600, 3, 5, id, 'worker:1', 1, at, at + interval '5 ms', at + interval '20 s', at + interval '1 hour', at + interval '10 ms'
        FROM past;

        INSERT INTO gateway.run_events (run_id, seq, at, type, step, attempt)
        SELECT id, seq, at + interval '2 ms' * seq, CASE seq WHEN 4 THEN 'run.' || state WHEN 3 THEN 'step.' || state ELSE type END,
               CASE WHEN seq IN (2, 3) THEN 'task' END, CASE WHEN seq IN (2, 3) THEN 1 END
        FROM past, (VALUES (1, 'run.accepted'), (2, 'step.started'), (3, NULL), (4, NULL)) AS happened (seq, type);
        """;

    /// <summary>Leaves just these runs in the database, with nothing to clean up or to write later.</summary>
    /// <param name="database">Where no run is executed now.</param>
    /// <param name="count">How many.</param>
    /// <param name="body">What each got and answered.</param>
    public static async Task ResetAsync(RunsDatabase database, int count, string body)
    {
        var quoted = $"'{body.Replace("'", "''", StringComparison.Ordinal)}'";
        await database.ExecuteAsync("TRUNCATE gateway.runs, gateway.outbox CASCADE");
        await database.ExecuteAsync(Fill
            .Replace("$1", count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("$2", quoted, StringComparison.Ordinal));
        await database.ExecuteAsync("VACUUM ANALYZE gateway.runs, gateway.steps, gateway.run_events");
        await database.ExecuteAsync("CHECKPOINT");
    }
}
