using System.Data.Common;
using System.Globalization;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Ends attempts that nobody else will end; candidates are looked up first, and checked again under the run's lock.
/// </summary>
internal sealed class ReaperStore(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    RunJournal journal,
    StepTransitions transitions,
    RunCancellation cancellation)
{
    private const string Columns = """
        run_id AS RunId, step AS Step, attempt AS Attempt, state AS State, queue AS Queue,
        timeout_seconds AS TimeoutSeconds
        """;

    private readonly string _silent = database.Sql($"""
        SELECT {Columns} FROM gateway.steps WHERE state IN ('running', 'cancelling') AND lease_until < @Before
        ORDER BY lease_until LIMIT 100
        """);

    private readonly string _overdue = database.Sql($"""
        SELECT {Columns} FROM gateway.steps WHERE state IN ('dispatched', 'running', 'cancelling') AND deadline_at < @Before
        ORDER BY deadline_at LIMIT 100
        """);

    private readonly string _overdueRuns = database.Sql("""
        SELECT id FROM gateway.runs WHERE deadline_at < @Before AND finished_at IS NULL ORDER BY deadline_at LIMIT 100
        """);

    /// <summary>Ends attempts whose lease expired before a time; returns them.</summary>
    public Task<IReadOnlyList<AttemptId>> LoseAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        EndAsync(
            _silent,
            before,
            (transaction, run, step) => transitions.LoseAsync(
                transaction, run, StepFence.LeaseExpired(step.Id, before), cancellationToken),
            cancellationToken);

    /// <summary>Ends steps whose deadline passed before a time; returns them.</summary>
    public Task<IReadOnlyList<AttemptId>> TimeOutAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        EndAsync(
            _overdue,
            before,
            (transaction, run, step) => transitions.FinishAsync(
                transaction,
                run,
                StepFence.DeadlinePassed(step.Id, before),
                StepState.TimedOut,
                StepResult.Failure(StepError.Of(ErrorCode.DeadlineExceeded, step.Overdue, retryable: false)),
                cancellationToken),
            cancellationToken);

    /// <summary>Ends runs whose deadline passed before a time, whatever their steps do; returns them.</summary>
    public async Task<IReadOnlyList<Guid>> TimeOutRunsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            connection => connection.QueryAsync<Guid>(_overdueRuns, new { Before = before }, cancellationToken), cancellationToken);
        var ended = new List<Guid>();
        foreach (var id in found)
        {
            if (await database.WriteAsync(transaction => TimeOutRunAsync(transaction, id, cancellationToken), cancellationToken))
            {
                ended.Add(id);
            }
        }

        return ended;
    }

    private async Task<bool> TimeOutRunAsync(DbTransaction transaction, Guid id, CancellationToken cancellationToken)
    {
        if (await journal.LockAsync(transaction, id, cancellationToken) is not { IsFinal: false } run)
        {
            return false;
        }

        var change = new RunChange(id);
        foreach (var step in await cancellation.CancelStepsAsync(transaction, id, cancellationToken))
        {
            change.Add("step.cancelled", step);
        }

        var error = StepError.Of(ErrorCode.DeadlineExceeded, "The run did not end before its deadline.", retryable: false);
        change.End(run.CancelRequested ? RunState.Cancelled : RunState.TimedOut, null, error.Json);
        await journal.WriteAsync(transaction, [change], cancellationToken);
        return true;
    }

    private async Task<IReadOnlyList<AttemptId>> EndAsync(
        string candidates,
        DateTimeOffset before,
        Func<DbTransaction, LockedRun, OpenStep, Task<ResultEffect>> end,
        CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            connection => connection.QueryAsync<OpenStep>(candidates, new { Before = before }, cancellationToken),
            cancellationToken);
        var ended = new List<AttemptId>();
        foreach (var step in found)
        {
            var effect = await database.WriteAsync(
                async transaction => await journal.LockAsync(transaction, step.RunId, cancellationToken) is { } run
                    ? await end(transaction, run, step)
                    : ResultEffect.Stale,
                cancellationToken);
            if (effect is not ResultEffect.Stale)
            {
                ended.Add(step.Id);
            }
        }

        return ended;
    }

    private sealed record OpenStep
    {
        public Guid RunId { get; init; }

        public required string Step { get; init; }

        public int Attempt { get; init; }

        public required string State { get; init; }

        public required string Queue { get; init; }

        public double TimeoutSeconds { get; init; }

        public AttemptId Id => new(RunId, Step, Attempt);

        public string Overdue => State == StepState.Running
            ? string.Create(CultureInfo.InvariantCulture, $"The worker did not finish within {TimeoutSeconds} s.")
            : $"No worker claimed or answered the message on queue {Queue} in time. Is a worker running there?";
    }
}
