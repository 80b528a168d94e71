using System.Data.Common;
using Skipper.Gateway.Notifications;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// The one place where runs change: state, revision and events move together. Revisions are taken under the lock of the run's row, so
/// whoever has read the events up to one has not missed any.
/// </summary>
internal sealed class RunJournal(
    [FromKeyedServices(GatewayService.Schema)] Database database, NotificationStore notifications, TimeProvider time)
{
    private readonly string _lock = database.Sql($"""
        SELECT id AS Id, version AS Version,
               CASE WHEN cancel_requested_at IS NULL THEN 0 ELSE 1 END AS CancelRequested,
               CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END AS IsFinal
        FROM gateway.runs WHERE id IN (SELECT c_run FROM {RowSet.From(database, ("c_run", "uuid"))})
        ORDER BY id {(database.Dialect is Dialect.PostgreSql ? "FOR NO KEY UPDATE" : "")}
        """);

    // A final state never changes.
    private readonly string _change = database.Sql($"""
        UPDATE gateway.runs SET
          state = COALESCE(c_state, state), output = COALESCE(c_output, output), error = COALESCE(c_error, error),
          started_at = CASE WHEN c_state IS NULL THEN started_at ELSE COALESCE(started_at, @Now) END,
          finished_at = CASE WHEN c_state IS NULL OR c_state = 'running' THEN NULL ELSE @Now END,
          rev = rev + c_count
        FROM {RowSet.From(database, ("c_run", "uuid"), ("c_state", "text"), ("c_output", "text"), ("c_error", "text"), ("c_count", "integer"))}
        WHERE id = c_run AND finished_at IS NULL
        RETURNING id AS Id, rev AS Rev, callback AS Callback
        """);

    private readonly string _append = database.Sql($"""
        INSERT INTO gateway.run_events (run_id, seq, at, type, step, attempt, data)
        SELECT c_run, c_seq, @Now, c_type, c_step, c_attempt, c_data
        FROM {RowSet.From(
            database, ("c_run", "uuid"), ("c_seq", "bigint"), ("c_type", "text"), ("c_step", "text"), ("c_attempt", "integer"), ("c_data", "text"))}
        """);

    /// <summary>
    /// Locks runs, always in the order of their ids, before any of their steps: so no two transactions wait for each other. Unknown
    /// ones are left out.
    /// </summary>
    public async Task<Dictionary<Guid, LockedRun>> LockAsync(
        DbTransaction transaction, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var rows = RowSet.Of(ids.Distinct().Select(id => new { CRun = id }));
        var runs = await transaction.QueryAsync<LockedRun>(_lock, new { Rows = rows }, cancellationToken);
        return runs.ToDictionary(run => run.Id);
    }

    public async Task<LockedRun?> LockAsync(DbTransaction transaction, Guid id, CancellationToken cancellationToken) =>
        (await LockAsync(transaction, [id], cancellationToken)).GetValueOrDefault(id);

    /// <summary>Writes what happened to locked runs, each of them once.</summary>
    public async Task WriteAsync(DbTransaction transaction, IReadOnlyCollection<RunChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        var rows = RowSet.Of(changes.Select(change => new
        {
            CRun = change.RunId,
            CState = change.State,
            COutput = change.Output,
            CError = change.Error,
            CCount = change.Events.Count,
        }));
        var changed = (await transaction.QueryAsync<Revision>(_change, new { Rows = rows, Now = now }, cancellationToken))
            .ToDictionary(run => run.Id);
        var written = changes.Where(change => changed.ContainsKey(change.RunId)).ToList();
        var events = RowSet.Of(written.SelectMany(change => change.Events.Select(
            (happened, i) => new
            {
                CRun = change.RunId,
                CSeq = changed[change.RunId].Rev - change.Events.Count + 1 + i,
                CType = happened.Type,
                CStep = happened.Step,
                CAttempt = happened.Attempt,
                CData = happened.Data,
            })));
        await transaction.ExecuteAsync(_append, new { Rows = events, Now = now }, cancellationToken);
        foreach (var end in written.Where(change => change.IsEnd))
        {
            await notifications.NotifyAsync(transaction, new RunEnd(end.RunId, end.State!, changed[end.RunId].Callback), cancellationToken);
        }
    }

    private sealed record Revision
    {
        public Guid Id { get; init; }

        public long Rev { get; init; }

        public string? Callback { get; init; }
    }
}

/// <summary>A run whose row is locked by the transaction.</summary>
internal sealed record LockedRun
{
    public Guid Id { get; init; }

    /// <summary>Of its workflow; absent = it is a task.</summary>
    public int? Version { get; init; }

    public bool CancelRequested { get; init; }

    public bool IsFinal { get; init; }
}
