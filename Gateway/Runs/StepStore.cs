using System.Data.Common;
using Microsoft.Extensions.Options;
using Skipper.Gateway.RunsApi;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// What workers change. Every statement is conditional on the fencing token (attempt, claim id), so whoever lost the right to
/// a step changes nothing, however late and however often it tries. Locks are taken in the order run, step.
/// </summary>
internal sealed class StepStore
{
    private readonly Database _database;
    private readonly RunJournal _journal;
    private readonly StepLogStore _logs;
    private readonly RunSignal _signal;
    private readonly RunChanges _changes;
    private readonly RunOptions _options;
    private readonly TimeProvider _time;
    private readonly GroupCommit<Claim, LeaseAnswer> _claims;
    private readonly GroupCommit<AttemptResult, ResultEffect> _results;
    private readonly string _claim;
    private readonly string _heartbeat;
    private readonly string _state;

    public StepStore(
        [FromKeyedServices(GatewayService.Schema)] Database database,
        RunJournal journal,
        ResultStore results,
        StepLogStore logs,
        RunSignal signal,
        RunChanges changes,
        IOptions<RunOptions> options,
        TimeProvider time)
    {
        (_database, _journal, _logs, _signal, _changes, _options, _time) = (database, journal, logs, signal, changes, options.Value, time);
        _claims = new GroupCommit<Claim, LeaseAnswer>(database, gathers: true, ClaimAsync);
        _results = new GroupCommit<AttemptResult, ResultEffect>(database, gathers: true, results.ApplyAsync);
        var rows = RowSet.From(
            database, ("c_run", "uuid"), ("c_step", "text"), ("c_attempt", "integer"), ("c_claim", "uuid"), ("c_worker", "text"));
        var deadline = database.Dialect is Dialect.PostgreSql
            ? "CAST(@Now AS timestamptz) + timeout_seconds * interval '1 second'"
            : "strftime('%Y-%m-%dT%H:%M:%f000Z', @Now, timeout_seconds || ' seconds')";

        // Granted again to the same claim id, because the first answer may have been lost on its way.
        _claim = database.Sql($"""
            UPDATE gateway.steps
            SET state = 'running', claim_id = c_claim, worker = c_worker, lease_until = @Lease,
                deadline_at = CASE WHEN state = 'running' THEN deadline_at ELSE {deadline} END,
                started_at = CASE WHEN state = 'running' THEN started_at ELSE @Now END
            FROM {rows}
            WHERE run_id = c_run AND step = c_step AND attempt = c_attempt
              AND (state IN ('queued', 'dispatched') OR (state = 'running' AND claim_id = c_claim))
            RETURNING run_id AS RunId, step AS Step, attempt AS Attempt, claim_id AS ClaimId,
              CASE WHEN started_at = @Now THEN 1 ELSE 0 END AS IsNew
            """);
        _heartbeat = database.Sql("""
            UPDATE gateway.steps
            SET lease_until = @Lease, progress_percent = COALESCE(@Percent, progress_percent),
                progress_message = COALESCE(@Message, progress_message)
            WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt AND state = 'running' AND claim_id = @ClaimId
            """);
        _state = database.Sql("SELECT state FROM gateway.steps WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt");
    }

    /// <summary>Gives an attempt to the worker that asks first.</summary>
    public async Task<LeaseAnswer> ClaimAsync(AttemptId attempt, Guid claimId, string worker, CancellationToken cancellationToken)
    {
        var answer = await _claims.WriteAsync(new Claim(attempt, claimId, StoredText.Clean(worker)), cancellationToken);
        if (answer is LeaseAnswer.Granted)
        {
            _signal.Set(); // The broker has one message less: another may follow.
            _changes.Changed(attempt.RunId);
        }

        return answer;
    }

    /// <summary>Keeps a claim alive, and stores progress and log lines; absent progress leaves what is there.</summary>
    public async Task<LeaseAnswer> HeartbeatAsync(
        AttemptId attempt, Guid claimId, Progress? progress, IReadOnlyCollection<StepLogLine> logs, CancellationToken cancellationToken)
    {
        var row = new
        {
            attempt.RunId,
            attempt.Step,
            attempt.Attempt,
            ClaimId = claimId,
            progress?.Percent,
            Message = progress?.Message is { } message ? StoredText.Clean(message) : null,
            Lease = _time.GetUtcNow() + _options.Lease,
        };
        var answer = await _database.WriteAsync(
            async transaction =>
            {
                if (await transaction.ExecuteAsync(_heartbeat, row, cancellationToken) == 0)
                {
                    return await RefuseAsync(transaction, attempt, cancellationToken);
                }

                await _logs.AppendAsync(transaction, attempt, logs, cancellationToken);
                return LeaseAnswer.Granted;
            },
            cancellationToken);
        _changes.Changed(attempt.RunId);
        return answer;
    }

    /// <summary>
    /// Applies the result of an attempt, once; without a claim id it is that of a worker that does not claim.
    /// </summary>
    public async Task<ResultEffect> ApplyAsync(
        AttemptId attempt, Guid? claimId, StepResult result, CancellationToken cancellationToken)
    {
        var effect = await _results.WriteAsync(new AttemptResult(attempt, claimId, result), cancellationToken);
        _signal.Set();
        _changes.Changed(attempt.RunId);
        return effect;
    }

    private async Task<IReadOnlyList<LeaseAnswer>> ClaimAsync(
        DbTransaction transaction, IReadOnlyList<Claim> claims, CancellationToken cancellationToken)
    {
        await _journal.LockAsync(transaction, claims.Select(claim => claim.Attempt.RunId), cancellationToken);
        var now = _time.GetUtcNow();
        var rows = RowSet.Of(claims.Select(claim => new
        {
            CRun = claim.Attempt.RunId,
            CStep = claim.Attempt.Step,
            CAttempt = claim.Attempt.Attempt,
            CClaim = claim.ClaimId,
            CWorker = claim.Worker,
        }));
        var granted = await transaction.QueryAsync<GrantedClaim>(
            _claim, new { Rows = rows, Now = now, Lease = now + _options.Lease }, cancellationToken);
        await _journal.WriteAsync(transaction, Started(granted), cancellationToken);

        var owners = granted.ToDictionary(claim => claim.Id, claim => claim.ClaimId);
        var answers = new List<LeaseAnswer>();
        foreach (var claim in claims)
        {
            answers.Add(owners.TryGetValue(claim.Attempt, out var owner)
                ? owner == claim.ClaimId ? LeaseAnswer.Granted : LeaseAnswer.Lost
                : await RefuseAsync(transaction, claim.Attempt, cancellationToken));
        }

        return answers;
    }

    private static List<RunChange> Started(IEnumerable<GrantedClaim> granted)
    {
        var changes = new Dictionary<Guid, RunChange>();
        foreach (var claim in granted.Where(claim => claim.IsNew))
        {
            if (!changes.TryGetValue(claim.RunId, out var change))
            {
                changes[claim.RunId] = change = new RunChange(claim.RunId);
            }

            change.Start(claim.Step, claim.Attempt);
        }

        return [.. changes.Values];
    }

    private async Task<LeaseAnswer> RefuseAsync(
        DbTransaction transaction, AttemptId attempt, CancellationToken cancellationToken) =>
        await transaction.FirstOrDefaultAsync<string>(_state, attempt, cancellationToken) is StepState.Cancelled or StepState.Cancelling
            ? LeaseAnswer.Cancel
            : LeaseAnswer.Lost;

    private sealed record Claim(AttemptId Attempt, Guid ClaimId, string Worker);

    private sealed record GrantedClaim
    {
        public Guid RunId { get; init; }

        public required string Step { get; init; }

        public int Attempt { get; init; }

        public Guid ClaimId { get; init; }

        public bool IsNew { get; init; }

        public AttemptId Id => new(RunId, Step, Attempt);
    }
}

/// <summary>The answer to a claim or heartbeat.</summary>
internal enum LeaseAnswer
{
    Granted,
    Cancel,
    Lost,
}
