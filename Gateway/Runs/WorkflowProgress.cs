using System.Data.Common;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Carries runs of workflows on: what follows from the end of a step is written in the transaction in which it ended, under the lock
/// of the run, so that nothing follows twice and nothing is forgotten.
/// </summary>
internal sealed class WorkflowProgress
{
    private readonly WorkflowStore _workflows;
    private readonly RunOptions _options;
    private readonly TimeProvider _time;
    private readonly string _run;
    private readonly string _steps;
    private readonly string _insert;
    private readonly string _change;

    public WorkflowProgress(
        [FromKeyedServices(GatewayService.Schema)] Database database, WorkflowStore workflows, IOptions<RunOptions> options, TimeProvider time)
    {
        (_workflows, _options, _time) = (workflows, options.Value, time);
        _run = database.Sql("""
            SELECT workflow AS Workflow, version AS Version, input AS Input, slot AS Slot, priority AS Priority
            FROM gateway.runs WHERE id = @RunId
            """);
        _steps = database.Sql("""
            SELECT step AS Step, name AS Name, item AS Item, state AS State, output AS Output, error AS Error
            FROM gateway.steps WHERE run_id = @RunId
            """);
        var row = RowSet.From(
            database,
            ("step", "text"),
            ("name", "text"),
            ("item", "integer"),
            ("state", "text"),
            ("queue", "text"),
            ("priority", "smallint"),
            ("request", "text"),
            ("output", "text"),
            ("concurrency_key", "text"),
            ("concurrency_limit", "integer"),
            ("timeout_seconds", "double precision"),
            ("max_attempts", "integer"),
            ("retry_delay_seconds", "double precision"),
            ("is_final", "boolean"));
        _insert = database.Sql($"""
            INSERT INTO gateway.steps
              (run_id, step, name, item, state, queue, priority, request, output, concurrency_key, concurrency_limit, timeout_seconds,
               max_attempts, retry_delay_seconds, available_at, finished_at)
            SELECT @RunId, step, name, item, state, queue, priority, request, output, concurrency_key, concurrency_limit, timeout_seconds,
                   max_attempts, retry_delay_seconds, CAST(@Now AS {(database.Dialect is Dialect.PostgreSql ? "timestamptz" : "text")}),
                   CASE WHEN is_final THEN @Now END
            FROM {row}
            """);
        var changes = RowSet.From(
            database,
            ("c_step", "text"),
            ("c_state", "text"),
            ("c_request", "text"),
            ("c_output", "text"),
            ("c_error", "text"),
            ("c_key", "text"),
            ("c_final", "boolean"));
        _change = database.Sql($"""
            UPDATE gateway.steps
            SET state = c_state, request = COALESCE(c_request, request), output = COALESCE(c_output, output), error = COALESCE(c_error, error),
                concurrency_key = COALESCE(c_key, concurrency_key), available_at = @Now, finished_at = CASE WHEN c_final THEN @Now END
            FROM {changes}
            WHERE run_id = @RunId AND step = c_step
            """);
    }

    /// <summary>Makes the steps of a new run; those whose outputs are there already are not executed.</summary>
    public Task BeginAsync(
        DbTransaction transaction,
        Guid runId,
        WorkflowDefinition definition,
        int priority,
        IReadOnlyDictionary<string, string?> reused,
        CancellationToken cancellationToken)
    {
        var steps = WorkflowPlanner.FirstSteps(definition).Select(step => Row(step, step.Name, priority) with
        {
            State = reused.ContainsKey(step.Name) ? StepState.Reused : StepState.Waiting,
            Output = reused.GetValueOrDefault(step.Name),
            IsFinal = reused.ContainsKey(step.Name),
        });
        return InsertAsync(transaction, runId, steps, cancellationToken);
    }

    /// <summary>Does what follows from the states of the steps.</summary>
    /// <param name="transaction">Holds the lock of the run.</param>
    /// <param name="runId">The run.</param>
    /// <param name="change">Takes the events, and the end of the run if it comes to that.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task AdvanceAsync(DbTransaction transaction, Guid runId, RunChange change, CancellationToken cancellationToken)
    {
        var run = (await transaction.FirstOrDefaultAsync<RunRow>(_run, new { RunId = runId }, cancellationToken))!;
        var definition = (await _workflows.FindAsync(run.Workflow, run.Version, cancellationToken))!.Definition;
        var steps = await transaction.QueryAsync<StepRow>(_steps, new { RunId = runId }, cancellationToken);
        var move = WorkflowPlanner.Next(
            definition, new WorkflowContext(runId, run.Input, run.Slot), steps.ConvertAll(step => step.ToSnapshot()));

        var added = move.Changes.Where(next => next.IsNew).Select(next =>
        {
            var step = definition.Find(next.Step[..next.Step.IndexOf('[', StringComparison.Ordinal)])!;
            return Row(step, next.Step, run.Priority) with
            {
                Item = next.Item,
                State = next.State,
                Request = next.Request,
                ConcurrencyKey = next.ConcurrencyKey,
            };
        });
        await InsertAsync(transaction, runId, added, cancellationToken);
        await ChangeAsync(transaction, runId, [.. move.Changes.Where(next => !next.IsNew)], cancellationToken);
        foreach (var ended in move.Changes.Where(next => StepState.IsFinal(next.State)))
        {
            change.Add($"step.{ended.State}", ended.Step, data: ended.Error);
        }

        if (move.Outcome is { } outcome)
        {
            change.End(outcome.State, outcome.Output, outcome.Error);
        }
    }

    private async Task InsertAsync(DbTransaction transaction, Guid runId, IEnumerable<NewStep> steps, CancellationToken cancellationToken)
    {
        var rows = steps.ToList();
        if (rows.Count > 0)
        {
            await transaction.ExecuteAsync(
                _insert, new { RunId = runId, Rows = RowSet.Of(rows), Now = _time.GetUtcNow() }, cancellationToken);
        }
    }

    private async Task ChangeAsync(DbTransaction transaction, Guid runId, IReadOnlyList<StepChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count > 0)
        {
            var rows = RowSet.Of(changes.Select(next => new
            {
                CStep = next.Step,
                CState = next.State,
                CRequest = next.Request,
                COutput = next.Output,
                CError = next.Error,
                CKey = next.ConcurrencyKey,
                CFinal = StepState.IsFinal(next.State),
            }));
            await transaction.ExecuteAsync(_change, new { RunId = runId, Rows = rows, Now = _time.GetUtcNow() }, cancellationToken);
        }
    }

    private NewStep Row(WorkflowStep step, string id, int priority) => new()
    {
        Step = id,
        Name = step.Name,
        State = StepState.Waiting,
        Queue = step.Queue,
        Priority = step.Priority ?? priority,
        ConcurrencyLimit = step.ConcurrencyLimit,
        TimeoutSeconds = step.Timeout?.TotalSeconds ?? _options.StepTimeoutSeconds,
        MaxAttempts = step.MaxAttempts ?? _options.MaxAttempts,
        RetryDelaySeconds = step.RetryDelay?.TotalSeconds ?? _options.RetryDelaySeconds,
    };

    private sealed record RunRow
    {
        public required string Workflow { get; init; }

        public int Version { get; init; }

        public required string Input { get; init; }

        public DateTimeOffset? Slot { get; init; }

        public int Priority { get; init; }
    }

    private sealed record StepRow
    {
        public required string Step { get; init; }

        public required string Name { get; init; }

        public int? Item { get; init; }

        public required string State { get; init; }

        public string? Output { get; init; }

        public string? Error { get; init; }

        public StepSnapshot ToSnapshot() => new(Step, Name, Item, State, Output, Error);
    }

    private sealed record NewStep
    {
        public required string Step { get; init; }

        public required string Name { get; init; }

        public int? Item { get; init; }

        public required string State { get; init; }

        public required string Queue { get; init; }

        public int Priority { get; init; }

        public string? Request { get; init; }

        public string? Output { get; init; }

        public string? ConcurrencyKey { get; init; }

        public int? ConcurrencyLimit { get; init; }

        public double TimeoutSeconds { get; init; }

        public int MaxAttempts { get; init; }

        public double RetryDelaySeconds { get; init; }

        public bool IsFinal { get; init; }
    }
}
