using System.Data.Common;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>Applies results: those that end tasks all at once, the others one by one.</summary>
internal sealed class ResultStore(
    [FromKeyedServices(GatewayService.Schema)] Database database, RunJournal journal, StepTransitions transitions, TimeProvider time)
{
    private static readonly (string, string)[] Columns =
        [("c_run", "uuid"), ("c_step", "text"), ("c_attempt", "integer"), ("c_claim", "uuid"), ("c_state", "text"), ("c_error", "text")];

    // The same conditions as in StepFence.Of, and the same end as in StepTransitions, for many at once.
    private readonly string _finish = database.Sql($"""
        UPDATE gateway.steps
        SET state = CASE WHEN state = 'cancelling' AND c_state <> 'succeeded' THEN 'cancelled' ELSE c_state END,
            error = c_error, lease_until = NULL, finished_at = @Now
        FROM {RowSet.From(database, Columns)}
        WHERE run_id = c_run AND step = c_step AND attempt = c_attempt
          AND ((c_claim IS NULL AND state IN ('queued', 'dispatched')) OR (claim_id = c_claim AND state IN ('running', 'cancelling')))
        RETURNING run_id AS RunId, state AS State
        """);

    /// <summary>Applies results in their order, and tells what each has changed.</summary>
    public async Task<IReadOnlyList<ResultEffect>> ApplyAsync(
        DbTransaction transaction, IReadOnlyList<AttemptResult> results, CancellationToken cancellationToken)
    {
        var runs = await journal.LockAsync(transaction, results.Select(result => result.Attempt.RunId), cancellationToken);
        var effects = new ResultEffect[results.Count];
        var seen = new HashSet<Guid>();
        var ends = Enumerable.Range(0, results.Count)
            .Where(i => seen.Add(results[i].Attempt.RunId) // Of two replies of an attempt the first counts.
                && runs.TryGetValue(results[i].Attempt.RunId, out var run) && run.Version is null
                && results[i].Result.Error is not { Retryable: true })
            .ToList();
        var finished = await FinishTasksAsync(transaction, runs, [.. ends.Select(i => results[i])], cancellationToken);
        foreach (var i in ends)
        {
            effects[i] = finished.Contains(results[i].Attempt.RunId) ? ResultEffect.Finished : ResultEffect.Stale;
        }

        foreach (var i in Enumerable.Range(0, results.Count).Except(ends))
        {
            var (attempt, claimId, result) = results[i];
            effects[i] = runs.TryGetValue(attempt.RunId, out var run)
                ? await transitions.ApplyAsync(transaction, run, StepFence.Of(attempt, claimId), result, cancellationToken)
                : ResultEffect.Stale;
        }

        return effects;
    }

    private async Task<HashSet<Guid>> FinishTasksAsync(
        DbTransaction transaction,
        Dictionary<Guid, LockedRun> runs,
        IReadOnlyList<AttemptResult> results,
        CancellationToken cancellationToken)
    {
        if (results.Count == 0)
        {
            return [];
        }

        var rows = RowSet.Of(results.Select(result => new
        {
            CRun = result.Attempt.RunId,
            CStep = result.Attempt.Step,
            CAttempt = result.Attempt.Attempt,
            CClaim = result.ClaimId,
            CState = result.Result.Error is null ? StepState.Succeeded : StepState.Failed,
            CError = result.Result.Error?.Json,
        }));
        var finished = await transaction.QueryAsync<FinishedStep>(_finish, new { Rows = rows, Now = time.GetUtcNow() }, cancellationToken);
        var byRun = results.ToDictionary(result => result.Attempt.RunId);
        var changes = finished.ConvertAll(step =>
        {
            var (attempt, _, result) = byRun[step.RunId];
            var change = new RunChange(step.RunId);
            change.Add($"step.{step.State}", attempt.Step, attempt.Attempt, result.Error?.Json);
            change.End(runs[step.RunId].CancelRequested ? RunState.Cancelled : step.State, result.Output, result.Error?.Json);
            return change;
        });
        await journal.WriteAsync(transaction, changes, cancellationToken);
        return [.. finished.Select(step => step.RunId)];
    }

    private sealed record FinishedStep
    {
        public Guid RunId { get; init; }

        public required string State { get; init; }
    }
}
