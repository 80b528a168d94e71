using System.Data.Common;
using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>Starts runs of workflows. The run, its steps and the messages of its first steps are one transaction.</summary>
internal sealed class RunLauncher(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    WorkflowStore workflows,
    WorkflowProgress progress,
    RunJournal journal,
    IdempotencyStore keys,
    RunSignal signal,
    TimeProvider time) : IRunLauncher
{
    private static readonly IReadOnlyDictionary<string, string?> Nothing = new Dictionary<string, string?>();

    // Gives no row where the slot has its run, or an unfinished run has the key.
    private readonly string _insert = database.Sql("""
        INSERT INTO gateway.runs
          (id, workflow, version, state, priority, input, description, dedup_key, rerun_of, schedule, backfill_id, slot, callback,
           trace_parent, created_at, deadline_at)
        VALUES
          (@Id, @Workflow, @Version, 'accepted', @Priority, @Input, @Description, @DedupKey, @RerunOf, @Schedule, @BackfillId, @Slot, @Callback,
           @TraceParent, @Now, @Deadline)
        ON CONFLICT DO NOTHING
        """);

    private readonly string _accepted = database.Sql(
        "INSERT INTO gateway.run_events (run_id, seq, at, type) VALUES (@Id, 1, @Now, 'run.accepted')");

    private readonly string _ofSlot = database.Sql("""
        SELECT id FROM gateway.runs
        WHERE slot = @Slot AND (schedule = @Schedule OR (backfill_id = @BackfillId AND rerun_of IS NULL))
        """);

    private readonly string _ofKey = database.Sql(
        "SELECT id FROM gateway.runs WHERE workflow = @Workflow AND dedup_key = @DedupKey AND finished_at IS NULL");

    public async Task<LaunchedRun> StartAsync(RunLaunch launch, CancellationToken cancellationToken)
    {
        var workflow = await workflows.RequireAsync(launch.Workflow, launch.Version, cancellationToken);
        var input = WorkflowInputs.Resolve(workflow.Definition, launch.Input);
        return await StartAsync(new NewWorkflowRun(launch, workflow, input, RerunOf: null, Nothing), cancellationToken);
    }

    /// <summary>Starts a run whose workflow and inputs are known to be right.</summary>
    public async Task<LaunchedRun> StartAsync(NewWorkflowRun run, CancellationToken cancellationToken)
    {
        var started = await database.WriteAsync(transaction => InsertAsync(transaction, run, cancellationToken), cancellationToken);
        signal.Set();
        return started;
    }

    private async Task<LaunchedRun> InsertAsync(DbTransaction transaction, NewWorkflowRun run, CancellationToken cancellationToken)
    {
        var (launch, workflow, input, rerunOf, reused) = run;
        var now = time.GetUtcNow();
        var row = new
        {
            Id = Guid.CreateVersion7(now),
            launch.Workflow,
            workflow.Version,
            launch.Priority,
            Input = input,
            Description = launch.Description is null ? null : StoredText.Clean(launch.Description),
            launch.DedupKey,
            RerunOf = rerunOf,
            launch.Schedule,
            launch.BackfillId,
            launch.Slot,
            launch.Callback,
            launch.TraceParent,
            Now = now,
            Deadline = now + workflow.Definition.Timeout,
        };
        if (launch.Idempotency is { } key
            && await keys.TakeAsync(transaction, key, row.Id, cancellationToken) is var first && first != row.Id)
        {
            return new LaunchedRun(first, Existed: true);
        }

        if (await transaction.ExecuteAsync(_insert, row, cancellationToken) == 0)
        {
            return await transaction.FirstOrDefaultAsync<Guid?>(_ofSlot, row, cancellationToken) is { } existing
                ? new LaunchedRun(existing, Existed: true)
                : throw Duplicate(launch, await transaction.FirstOrDefaultAsync<Guid?>(_ofKey, row, cancellationToken));
        }

        await transaction.ExecuteAsync(_accepted, row, cancellationToken);
        await progress.BeginAsync(transaction, row.Id, workflow.Definition, launch.Priority, reused, cancellationToken);
        var change = new RunChange(row.Id);
        await progress.AdvanceAsync(transaction, row.Id, change, cancellationToken);
        await journal.WriteAsync(transaction, [change], cancellationToken);
        return new LaunchedRun(row.Id, Existed: false);
    }

    private static MeshException Duplicate(RunLaunch launch, Guid? existing) => new(
        ErrorCode.AlreadyExists,
        existing is null
            ? $"A run of '{launch.Workflow}' with the deduplication key '{launch.DedupKey}' has just ended; try again."
            : $"Run {existing} of '{launch.Workflow}' has the deduplication key '{launch.DedupKey}' and has not ended.");
}

/// <summary>A run to insert.</summary>
/// <param name="Launch">What was asked for.</param>
/// <param name="Workflow">The version that it executes.</param>
/// <param name="Input">The inputs, complete.</param>
/// <param name="RerunOf">The run that it repeats.</param>
/// <param name="Reused">Outputs of steps that are not executed again, by name.</param>
internal sealed record NewWorkflowRun(
    RunLaunch Launch, WorkflowVersion Workflow, string Input, Guid? RerunOf, IReadOnlyDictionary<string, string?> Reused);
