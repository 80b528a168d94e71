using System.Data.Common;
using System.Text.Json;
using Dapper;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// The ways in which an attempt ends, one step at a time: the step finishes (and perhaps the run with it), or it is queued as the
/// next attempt. The row of the run is locked by the caller.
/// </summary>
internal sealed class StepTransitions(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    RunJournal journal,
    RunCancellation cancellation,
    WorkflowProgress workflows,
    TimeProvider time)
{
    /// <summary>
    /// A step whose worker died this often while executing it is not tried again: it is likely the cause.
    /// </summary>
    public const int MaxLost = 3;

    // What is being cancelled has either succeeded all the same or is cancelled, whatever else it says.
    private readonly string _finish = database.Sql("""
        UPDATE gateway.steps
        SET state = CASE WHEN state = 'cancelling' AND @State <> 'succeeded' THEN 'cancelled' ELSE @State END,
            output = @Output, error = @Error, lease_until = NULL, finished_at = @Now
        WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt AND {0}
        RETURNING state
        """);

    private readonly string _read = database.Sql("""
        SELECT state AS State, failed_count AS FailedCount, lost_count AS LostCount, max_attempts AS MaxAttempts,
               retry_delay_seconds AS RetryDelaySeconds, queue AS Queue, worker AS Worker
        FROM gateway.steps WHERE run_id = @RunId AND step = @Step AND attempt = @Attempt AND {0}
        """);

    private readonly string _keep = database.Sql("""
        INSERT INTO gateway.attempts (run_id, step, attempt, outcome, worker, error, dispatched_at, started_at, finished_at)
        SELECT run_id, step, attempt, @Outcome, worker, @Error, dispatched_at, started_at, @Now
        FROM gateway.steps WHERE run_id = @RunId AND step = @Step
        """);

    private readonly string _requeue = database.Sql("""
        UPDATE gateway.steps
        SET state = 'queued', attempt = attempt + 1, failed_count = @Failed, lost_count = @Lost, claim_id = NULL,
            worker = NULL, sends = 0, available_at = @Available, dispatched_at = NULL, resend_at = NULL, started_at = NULL,
            lease_until = NULL, deadline_at = NULL, progress_percent = NULL, progress_message = NULL
        WHERE run_id = @RunId AND step = @Step
        """);

    /// <summary>Applies the result of one attempt, if the fence still holds.</summary>
    public Task<ResultEffect> ApplyAsync(
        DbTransaction transaction, LockedRun run, StepFence fence, StepResult result, CancellationToken cancellationToken) => result.Error switch
        {
            null => FinishAsync(transaction, run, fence, StepState.Succeeded, result, cancellationToken),
            { Retryable: true } error => RetryAsync(transaction, run, fence, error, cancellationToken),
            _ => FinishAsync(transaction, run, fence, StepState.Failed, result, cancellationToken),
        };

    public async Task<ResultEffect> FinishAsync(
        DbTransaction transaction,
        LockedRun run,
        StepFence fence,
        string state,
        StepResult result,
        CancellationToken cancellationToken)
    {
        var row = Arguments(fence);
        row.Add("State", state);
        row.Add("Output", run.Version is null ? null : result.Output);
        row.Add("Error", result.Error?.Json);
        row.Add("Now", time.GetUtcNow());
        var now = await transaction.FirstOrDefaultAsync<string>(Fenced(_finish, fence), row, cancellationToken);
        if (now is null)
        {
            return ResultEffect.Stale;
        }

        var change = new RunChange(run.Id);
        change.Add($"step.{now}", fence.Attempt.Step, fence.Attempt.Attempt, result.Error?.Json);
        if (run.Version is null)
        {
            change.End(run.CancelRequested ? RunState.Cancelled : now, result.Output, result.Error?.Json);
        }
        else if (!run.CancelRequested)
        {
            await workflows.AdvanceAsync(transaction, run.Id, change, cancellationToken);
        }
        else if (!await cancellation.IsOpenAsync(transaction, run.Id, cancellationToken))
        {
            change.End(RunState.Cancelled, null, null);
        }

        await journal.WriteAsync(transaction, [change], cancellationToken);
        return change.IsEnd ? ResultEffect.Finished : ResultEffect.Advanced;
    }

    /// <summary>
    /// After the worker fell silent: the next attempt, or the end when the step seems to kill its workers.
    /// </summary>
    public async Task<ResultEffect> LoseAsync(
        DbTransaction transaction, LockedRun run, StepFence fence, CancellationToken cancellationToken)
    {
        if (await ReadAsync(transaction, fence, cancellationToken) is not { } step)
        {
            return ResultEffect.Stale;
        }

        var lost = step.LostCount + 1;
        var error = StepError.Of(
            ErrorCode.Internal,
            $"The worker was lost {lost} times while it executed this task (last on '{step.Worker}', queue {step.Queue}); "
            + "it is not tried again. Look into that worker's log, then send the task again.",
            retryable: false);
        if (lost >= MaxLost || step.State == StepState.Cancelling)
        {
            return await FinishAsync(transaction, run, fence, StepState.Failed, StepResult.Failure(error), cancellationToken);
        }

        // Nothing says that the work or its surroundings are in trouble: another worker may begin at once.
        return await RequeueAsync(
            transaction, fence, "lost", step with { LostCount = lost }, error: null, TimeSpan.Zero, cancellationToken);
    }

    /// <summary>After an error that may pass: the next attempt, or the end when there were enough.</summary>
    private async Task<ResultEffect> RetryAsync(
        DbTransaction transaction, LockedRun run, StepFence fence, StepError error, CancellationToken cancellationToken)
    {
        if (await ReadAsync(transaction, fence, cancellationToken) is not { } step)
        {
            return ResultEffect.Stale;
        }

        var failed = step.FailedCount + 1;
        return failed >= step.MaxAttempts || step.State == StepState.Cancelling
            ? await FinishAsync(transaction, run, fence, StepState.Failed, StepResult.Failure(error), cancellationToken)
            : await RequeueAsync(
                transaction,
                fence,
                "retried",
                step with { FailedCount = failed },
                error,
                RunOptions.RetryDelay(step.RetryDelaySeconds, failed),
                cancellationToken);
    }

    private async Task<ResultEffect> RequeueAsync(
        DbTransaction transaction,
        StepFence fence,
        string outcome,
        StepRow step,
        StepError? error,
        TimeSpan pause,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = Arguments(fence);
        row.Add("Outcome", outcome);
        row.Add("Error", error?.Json);
        row.Add("Failed", step.FailedCount);
        row.Add("Lost", step.LostCount);
        row.Add("Now", now);
        row.Add("Available", now + pause);
        await transaction.ExecuteAsync(_keep, row, cancellationToken);
        await transaction.ExecuteAsync(_requeue, row, cancellationToken);

        var change = new RunChange(fence.Attempt.RunId);
        var data = JsonSerializer.Serialize(new { worker = step.Worker, available_at = now + pause });
        change.Add($"step.{outcome}", fence.Attempt.Step, fence.Attempt.Attempt, error?.Json ?? data);
        await journal.WriteAsync(transaction, [change], cancellationToken);
        return ResultEffect.Retried;
    }

    private Task<StepRow?> ReadAsync(DbTransaction transaction, StepFence fence, CancellationToken cancellationToken) =>
        transaction.FirstOrDefaultAsync<StepRow>(Fenced(_read, fence), Arguments(fence), cancellationToken);

    private static string Fenced(string sql, StepFence fence) => sql.Replace("{0}", fence.Sql, StringComparison.Ordinal);

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

    private sealed record StepRow
    {
        public required string State { get; init; }

        public int FailedCount { get; init; }

        public int LostCount { get; init; }

        public int MaxAttempts { get; init; }

        public double RetryDelaySeconds { get; init; }

        public required string Queue { get; init; }

        public string? Worker { get; init; }
    }
}
