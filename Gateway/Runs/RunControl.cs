using Skipper.Gateway.Workflows;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>Stops runs, and repeats them. A repetition is a run of its own: history is never rewritten.</summary>
internal sealed class RunControl(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    RunCancellation cancellation,
    RunLauncher launcher,
    RunStore tasks,
    WorkflowStore workflows) : IRunControl
{
    private const string Failed = "failed";
    private const string All = "all";

    private readonly string _run = database.Sql("""
        SELECT r.id AS Id, r.workflow AS Workflow, r.version AS Version, r.state AS State, r.priority AS Priority, r.input AS Input,
               r.description AS Description, r.backfill_id AS BackfillId, r.slot AS Slot, r.callback AS Callback,
               s.queue AS Queue, s.timeout_seconds AS TimeoutSeconds
        FROM gateway.runs r
        LEFT JOIN gateway.steps s ON s.run_id = r.id AND s.step = @Step AND r.version IS NULL
        WHERE r.id = @Id
        """);

    private readonly string _outputs = database.Sql("""
        SELECT name AS Name, output AS Output FROM gateway.steps
        WHERE run_id = @Id AND item IS NULL AND state IN ('succeeded', 'reused')
        """);

    public Task<string> CancelAsync(Guid id, string? reason, bool force, CancellationToken cancellationToken) =>
        cancellation.CancelAsync(id, reason, force, cancellationToken);

    public async Task<Guid> RerunAsync(Guid id, string from, CancellationToken cancellationToken)
    {
        var run = await database.ReadAsync(
            connection => connection.FirstOrDefaultAsync<RunRow>(_run, new { Id = id, Step = AttemptId.SingleStep }, cancellationToken),
            cancellationToken) ?? throw MeshException.NotFound($"There is no run '{id}'.");
        if (run.State is RunState.Accepted or RunState.Running)
        {
            throw new MeshException(ErrorCode.FailedPrecondition, $"Run {id} has not ended; cancel it first, or wait.");
        }

        if (from == Failed && run.State == RunState.Succeeded)
        {
            throw new MeshException(ErrorCode.FailedPrecondition, $"Nothing of run {id} has failed; rerun it from '{All}' or from a step.");
        }

        return run.Version is { } version
            ? await RerunWorkflowAsync(run, version, from, cancellationToken)
            : await RerunTaskAsync(run, from, cancellationToken);
    }

    private Task<Guid> RerunTaskAsync(RunRow run, string from, CancellationToken cancellationToken) =>
        from is Failed or All or AttemptId.SingleStep
            ? tasks.AcceptAsync(
                new NewRun
                {
                    TaskType = run.Workflow,
                    Queue = run.Queue!,
                    Request = run.Input,
                    Description = run.Description,
                    Priority = run.Priority,
                    Timeout = TimeSpan.FromSeconds(run.TimeoutSeconds),
                    RerunOf = run.Id,
                },
                cancellationToken)
            : throw MeshException.InvalidArgument($"'from' must be '{Failed}' or '{All}': the run is a task of one step, was '{from}'.");

    private async Task<Guid> RerunWorkflowAsync(RunRow run, int version, string from, CancellationToken cancellationToken)
    {
        var workflow = (await workflows.FindAsync(run.Workflow, version, cancellationToken))!;
        var outputs = (await database.ReadAsync(
            connection => connection.QueryAsync<OutputRow>(_outputs, new { run.Id }, cancellationToken), cancellationToken))
            .ToDictionary(step => step.Name, step => step.Output, StringComparer.Ordinal);
        var repeated = Repeated(workflow.Definition, from, outputs.Keys);
        var launch = new RunLaunch
        {
            Workflow = run.Workflow,
            Version = version,
            Description = run.Description,
            Priority = run.Priority,
            Callback = run.Callback,
            BackfillId = run.BackfillId,
            Slot = run.Slot,
        };
        var reused = outputs.Where(step => !repeated.Contains(step.Key)).ToDictionary(StringComparer.Ordinal);
        var started = await launcher.StartAsync(new NewWorkflowRun(launch, workflow, run.Input, run.Id, reused), cancellationToken);
        return started.Id;
    }

    /// <summary>The steps to execute again: where to begin, and all that comes after.</summary>
    private static HashSet<string> Repeated(WorkflowDefinition definition, string from, IReadOnlyCollection<string> succeeded)
    {
        var repeated = definition.Steps
            .Where(step => from == All || (from == Failed ? !succeeded.Contains(step.Name) : step.Name == from))
            .Select(step => step.Name)
            .ToHashSet(StringComparer.Ordinal);
        if (repeated.Count == 0 && from != Failed)
        {
            throw MeshException.InvalidArgument(
                $"'from' must be '{Failed}', '{All}' or a step ({string.Join(", ", definition.Steps.Select(step => step.Name))}), was '{from}'.");
        }

        while (definition.Steps.Where(step => step.Needs.Any(repeated.Contains)).Aggregate(false, (grew, step) => repeated.Add(step.Name) || grew))
        {
            // Until nothing more comes after.
        }

        repeated.UnionWith(definition.OnFailure.Select(step => step.Name));
        return repeated;
    }

    private sealed record RunRow
    {
        public Guid Id { get; init; }

        public required string Workflow { get; init; }

        public int? Version { get; init; }

        public required string State { get; init; }

        public int Priority { get; init; }

        public required string Input { get; init; }

        public string? Description { get; init; }

        public Guid? BackfillId { get; init; }

        public DateTimeOffset? Slot { get; init; }

        public string? Callback { get; init; }

        public string? Queue { get; init; }

        public double TimeoutSeconds { get; init; }
    }

    private sealed record OutputRow
    {
        public required string Name { get; init; }

        public string? Output { get; init; }
    }
}
