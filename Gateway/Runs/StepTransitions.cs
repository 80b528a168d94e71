using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// The ways in which an attempt ends: the step finishes (and the run with it), or it is queued as the next attempt.
/// </summary>
internal sealed class StepTransitions(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    IOptions<RunOptions> options,
    TimeProvider time)
{
    /// <summary>
    /// A step whose worker died this often while executing it is not tried again: it is likely the cause.
    /// </summary>
    public const int MaxLost = 3;

    private readonly string _lockRun = database.Sql(
        database.Dialect is Dialect.PostgreSql
            ? "SELECT 1 FROM gateway.runs WHERE id = @RunId FOR NO KEY UPDATE"
            : "SELECT 1 FROM gateway.runs WHERE id = @RunId");

    private readonly string _finishStep = database.Sql("""
        UPDATE gateway.steps SET state = @State, lease_until = NULL, finished_at = @Now
        WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt AND
        """);

    private readonly string _finishRun = database.Sql("""
        UPDATE gateway.runs SET state = @State, output = @Output, error = @Error, finished_at = @Now,
          started_at = COALESCE(started_at, @Now)
        WHERE id = @RunId AND state IN ('accepted', 'running')
        """);

    private readonly string _counts = database.Sql("""
        SELECT failed_count AS FailedCount, lost_count AS LostCount, queue AS Queue, worker AS Worker
        FROM gateway.steps WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt AND
        """);

    private readonly string _requeue = database.Sql("""
        UPDATE gateway.steps
        SET state = 'queued', attempt = attempt + 1, failed_count = @Failed, lost_count = @Lost, claim_id = NULL,
            worker = NULL, sends = 0, dispatched_at = NULL, resend_at = NULL, lease_until = NULL, deadline_at = NULL,
            progress_percent = NULL, progress_message = NULL
        WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt AND
        """);

    private readonly string _send = database.Sql("""
        INSERT INTO gateway.outbox (run_id, step, attempt, queue, available_at)
        VALUES (@RunId, @Step, @Next, @Queue, @Available)
        """);

    /// <summary>The first lock of every transaction that ends an attempt; SQLite has one writer anyway.</summary>
    public Task LockRunAsync(DbTransaction transaction, Guid runId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(_lockRun, new { RunId = runId }, cancellationToken);

    public Task<ResultEffect> FinishAsync(
        DbTransaction transaction, StepFence fence, StepResult result, CancellationToken cancellationToken) =>
        FinishAsync(
            transaction, fence, result.Error is null ? RunState.Succeeded : RunState.Failed, result, cancellationToken);

    public async Task<ResultEffect> FinishAsync(
        DbTransaction transaction, StepFence fence, string state, StepResult result, CancellationToken cancellationToken)
    {
        var row = Arguments(fence);
        row.Add("State", state);
        row.Add("Output", result.Output);
        row.Add("Error", result.Error?.Json);
        row.Add("Now", time.GetUtcNow());
        if (await transaction.ExecuteAsync($"{_finishStep} {fence.Sql}", row, cancellationToken) == 0)
        {
            return ResultEffect.Stale;
        }

        await transaction.ExecuteAsync(_finishRun, row, cancellationToken);
        return ResultEffect.Finished;
    }

    /// <summary>After an error that may pass: the next attempt, or the end when there were enough.</summary>
    public async Task<ResultEffect> RetryAsync(
        DbTransaction transaction, StepFence fence, StepError error, CancellationToken cancellationToken)
    {
        if (await CountsAsync(transaction, fence, cancellationToken) is not { } step)
        {
            return ResultEffect.Stale;
        }

        var failed = step.FailedCount + 1;
        return failed >= options.Value.MaxAttempts
            ? await FinishAsync(transaction, fence, StepResult.Failure(error), cancellationToken)
            : await RequeueAsync(
                transaction,
                fence,
                step with { FailedCount = failed },
                options.Value.RetryDelay(failed),
                cancellationToken);
    }

    /// <summary>
    /// After the worker fell silent: the next attempt, or the end when the step seems to kill its workers.
    /// </summary>
    public async Task<ResultEffect> LoseAsync(
        DbTransaction transaction, StepFence fence, CancellationToken cancellationToken)
    {
        if (await CountsAsync(transaction, fence, cancellationToken) is not { } step)
        {
            return ResultEffect.Stale;
        }

        var lost = step.LostCount + 1;
        if (lost < MaxLost)
        {
            // Nothing says that the work or its surroundings are in trouble: another worker may begin at once.
            return await RequeueAsync(
                transaction, fence, step with { LostCount = lost }, TimeSpan.Zero, cancellationToken);
        }

        var poison = StepError.Of(
            ErrorCode.Internal,
            $"The worker was lost {MaxLost} times while it executed this task (last on '{step.Worker}', queue {step.Queue}); "
            + "it is not tried again. Look into that worker's log, then send the task again.",
            retryable: false);
        return await FinishAsync(transaction, fence, StepResult.Failure(poison), cancellationToken);
    }

    private Task<StepCounts?> CountsAsync(
        DbTransaction transaction, StepFence fence, CancellationToken cancellationToken) =>
        transaction.FirstOrDefaultAsync<StepCounts>($"{_counts} {fence.Sql}", Arguments(fence), cancellationToken);

    private async Task<ResultEffect> RequeueAsync(
        DbTransaction transaction, StepFence fence, StepCounts step, TimeSpan pause, CancellationToken cancellationToken)
    {
        var row = Arguments(fence);
        row.Add("Failed", step.FailedCount);
        row.Add("Lost", step.LostCount);
        row.Add("Queue", step.Queue);
        row.Add("Next", fence.Attempt.Attempt + 1);
        row.Add("Available", time.GetUtcNow() + pause);
        if (await transaction.ExecuteAsync($"{_requeue} {fence.Sql}", row, cancellationToken) == 0)
        {
            return ResultEffect.Stale;
        }

        await transaction.ExecuteAsync(_send, row, cancellationToken);
        return ResultEffect.Retried;
    }

    private static DynamicParameters Arguments(StepFence fence)
    {
        var row = new DynamicParameters(new { fence.Attempt.RunId, fence.Attempt.Step, fence.Attempt.Attempt });
        if (fence.ClaimId is { } claimId)
        {
            row.Add("ClaimId", claimId);
        }

        if (fence.Before is { } before)
        {
            row.Add("Before", before);
        }

        return row;
    }

    private sealed record StepCounts
    {
        public int FailedCount { get; init; }

        public int LostCount { get; init; }

        public required string Queue { get; init; }

        public string? Worker { get; init; }
    }
}
