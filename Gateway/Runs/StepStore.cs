using System.Data.Common;
using Microsoft.Extensions.Options;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// What workers change. Every statement is conditional on the fencing token (attempt, claim id), so whoever lost the right to
/// a step changes nothing, however late and however often it tries. Locks are taken in the order run, step.
/// </summary>
internal sealed class StepStore(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    StepTransitions transitions,
    RunSignal signal,
    IOptions<RunOptions> options,
    TimeProvider time)
{
    private readonly string _startRun = database.Sql("""
        UPDATE gateway.runs SET state = 'running', started_at = @Now
        WHERE id = @RunId AND state = 'accepted' AND EXISTS (
          SELECT 1 FROM gateway.steps
          WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt AND state IN ('queued', 'dispatched'))
        """);

    // Granted again to the same claim id, because the first answer may have been lost on its way.
    private readonly string _claim = database.Sql("""
        UPDATE gateway.steps
        SET state = 'running', claim_id = @ClaimId, worker = @Worker, lease_until = @Lease,
            deadline_at = CASE WHEN state = 'running' THEN deadline_at ELSE @Deadline END
        WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt
          AND (state IN ('queued', 'dispatched') OR (state = 'running' AND claim_id = @ClaimId))
        """);

    private readonly string _timeout = database.Sql(
        "SELECT timeout_seconds FROM gateway.steps WHERE run_id = @RunId AND step = @Step");

    private readonly string _heartbeat = database.Sql("""
        UPDATE gateway.steps
        SET lease_until = @Lease, progress_percent = COALESCE(@Percent, progress_percent),
            progress_message = COALESCE(@Message, progress_message)
        WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt AND state = 'running' AND claim_id = @ClaimId
        """);

    private readonly string _state = database.Sql(
        "SELECT state FROM gateway.steps WHERE run_id = @RunId AND step = @Step");

    /// <summary>Gives an attempt to the worker that asks first.</summary>
    public Task<LeaseAnswer> ClaimAsync(
        AttemptId attempt, Guid claimId, string worker, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync(
            async transaction =>
            {
                var seconds = await transaction.FirstOrDefaultAsync<double>(_timeout, attempt, cancellationToken);
                var row = new
                {
                    attempt.RunId,
                    attempt.Step,
                    attempt.Attempt,
                    ClaimId = claimId,
                    Worker = StoredText.Clean(worker),
                    Now = now,
                    Lease = now + options.Value.Lease,
                    Deadline = now + TimeSpan.FromSeconds(seconds),
                };
                await transaction.ExecuteAsync(_startRun, row, cancellationToken);
                var granted = await transaction.ExecuteAsync(_claim, row, cancellationToken) == 1;
                return granted ? LeaseAnswer.Granted : await RefuseAsync(transaction, attempt, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Keeps a claim alive and stores progress; absent values leave what is there.</summary>
    public Task<LeaseAnswer> HeartbeatAsync(
        AttemptId attempt, Guid claimId, double? percent, string? message, CancellationToken cancellationToken)
    {
        var row = new
        {
            attempt.RunId,
            attempt.Step,
            attempt.Attempt,
            ClaimId = claimId,
            Percent = percent,
            Message = message is null ? null : StoredText.Clean(message),
            Lease = time.GetUtcNow() + options.Value.Lease,
        };
        return database.WriteAsync(
            async transaction => await transaction.ExecuteAsync(_heartbeat, row, cancellationToken) == 1
                ? LeaseAnswer.Granted
                : await RefuseAsync(transaction, attempt, cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// Applies the result of an attempt, once; without a claim id it is that of a worker that does not claim.
    /// </summary>
    public async Task<ResultEffect> ApplyAsync(
        AttemptId attempt, Guid? claimId, StepResult result, CancellationToken cancellationToken)
    {
        var fence = claimId is { } id ? StepFence.Claimed(attempt, id) : StepFence.Unclaimed(attempt);
        var effect = await database.WriteAsync(
            async transaction =>
            {
                await transitions.LockRunAsync(transaction, attempt.RunId, cancellationToken);
                return result.Error is { Retryable: true } error
                    ? await transitions.RetryAsync(transaction, fence, error, cancellationToken)
                    : await transitions.FinishAsync(transaction, fence, result, cancellationToken);
            },
            cancellationToken);
        if (effect is ResultEffect.Retried)
        {
            signal.Set();
        }

        return effect;
    }

    private async Task<LeaseAnswer> RefuseAsync(
        DbTransaction transaction, AttemptId attempt, CancellationToken cancellationToken) =>
        await transaction.FirstOrDefaultAsync<string>(_state, attempt, cancellationToken) == RunState.Cancelled
            ? LeaseAnswer.Cancel
            : LeaseAnswer.Lost;
}

/// <summary>The answer to a claim or heartbeat.</summary>
internal enum LeaseAnswer
{
    Granted,
    Cancel,
    Lost,
}
