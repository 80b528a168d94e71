using System.Data.Common;
using Microsoft.Extensions.Options;
using Skipper.Gateway.RunsApi;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Ends runs on request. What nobody executes is cancelled at once; a running step learns of it with its next heartbeat and has some
/// time to say that it stopped. A run that was asked to stop ends as cancelled, whatever its steps still answer.
/// </summary>
internal sealed class RunCancellation(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    RunJournal journal,
    RunChanges changes,
    IOptions<RunOptions> options,
    TimeProvider time)
{
    private readonly string _request = database.Sql("""
        UPDATE gateway.runs SET cancel_requested_at = COALESCE(cancel_requested_at, @Now), cancel_reason = COALESCE(cancel_reason, @Reason)
        WHERE id = @RunId AND finished_at IS NULL
        """);

    private readonly string _cancelUnclaimed = database.Sql("""
        UPDATE gateway.steps SET state = 'cancelled', finished_at = @Now, lease_until = NULL
        WHERE run_id = @RunId AND state IN ('waiting', 'expanded', 'queued', 'dispatched')
        RETURNING step
        """);

    private readonly string _cancelAll = database.Sql("""
        UPDATE gateway.steps SET state = 'cancelled', finished_at = @Now, lease_until = NULL
        WHERE run_id = @RunId AND finished_at IS NULL
        RETURNING step
        """);

    private readonly string _stopRunning = database.Sql("""
        UPDATE gateway.steps SET state = 'cancelling', deadline_at = @Grace WHERE run_id = @RunId AND state = 'running'
        """);

    private readonly string _open = database.Sql("SELECT COUNT(*) FROM gateway.steps WHERE run_id = @RunId AND finished_at IS NULL");

    private readonly string _state = database.Sql("SELECT state FROM gateway.runs WHERE id = @RunId");

    /// <summary>Asks a run to stop, and returns its state.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.NotFound"/>.</exception>
    public async Task<string> CancelAsync(Guid id, string? reason, bool force, CancellationToken cancellationToken)
    {
        var state = await database.WriteAsync(
            async transaction =>
            {
                var run = await journal.LockAsync(transaction, id, cancellationToken)
                    ?? throw MeshException.NotFound($"There is no run '{id}'.");
                if (!run.IsFinal)
                {
                    await CancelAsync(transaction, run, reason, force, cancellationToken);
                }

                return (await transaction.FirstOrDefaultAsync<string>(_state, new { RunId = id }, cancellationToken))!;
            },
            cancellationToken);
        changes.Changed(id);
        return state;
    }

    /// <summary>Cancels every step that has not ended, running ones included; their workers find their claims void.</summary>
    public Task<List<string>> CancelStepsAsync(DbTransaction transaction, Guid runId, CancellationToken cancellationToken) =>
        transaction.QueryAsync<string>(_cancelAll, new { RunId = runId, Now = time.GetUtcNow() }, cancellationToken);

    /// <summary>Whether some step has not ended.</summary>
    public async Task<bool> IsOpenAsync(DbTransaction transaction, Guid runId, CancellationToken cancellationToken) =>
        await transaction.FirstOrDefaultAsync<int>(_open, new { RunId = runId }, cancellationToken) > 0;

    private async Task CancelAsync(DbTransaction transaction, LockedRun run, string? reason, bool force, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = new
        {
            RunId = run.Id,
            Reason = reason is null ? null : StoredText.Clean(reason),
            Now = now,
            Grace = now + TimeSpan.FromSeconds(options.Value.CancelGraceSeconds),
        };
        await transaction.ExecuteAsync(_request, row, cancellationToken);
        var change = new RunChange(run.Id);
        if (!run.CancelRequested)
        {
            change.Add("run.cancel_requested");
        }

        var cancelled = await transaction.QueryAsync<string>(force ? _cancelAll : _cancelUnclaimed, row, cancellationToken);
        cancelled.ForEach(step => change.Add("step.cancelled", step));
        await transaction.ExecuteAsync(_stopRunning, row, cancellationToken);
        if (!await IsOpenAsync(transaction, run.Id, cancellationToken))
        {
            change.End(RunState.Cancelled, null, null);
        }

        await journal.WriteAsync(transaction, [change], cancellationToken);
    }
}
