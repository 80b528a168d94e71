using Microsoft.Extensions.Options;
using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Explanations;

/// <summary>Collects what an explanation needs from the database and the broker.</summary>
internal sealed class SnapshotReader(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    RunReader runs,
    ITransport transport,
    IOptions<RunOptions> options,
    TimeProvider time)
{
    /// <summary>Nobody cares how many more are ahead.</summary>
    public const int MostCounted = 1000;

    /// <summary>Questions to the broker, and counts, for so many queues and keys at most.</summary>
    private const int MostAsked = 10;

    private readonly string _definition = database.Sql(
        "SELECT definition FROM gateway.workflows WHERE name = @Workflow AND version = @Version");

    private readonly string _before = database.Sql("""
        SELECT a.step AS Step, a.attempt AS Attempt, a.outcome AS Outcome, a.worker AS Worker, a.error AS Error
        FROM gateway.attempts a
        JOIN gateway.steps s ON s.run_id = a.run_id AND s.step = a.step AND s.attempt = a.attempt + 1
        WHERE a.run_id = @Id AND s.state = 'queued'
        """);

    // A step never waits for the steps of its own run here: they are of the same moment.
    private readonly string _ahead = database.Sql($"""
        SELECT COUNT(*) FROM (
          SELECT 1 FROM gateway.steps
          WHERE state = 'queued' AND queue = @Queue AND available_at <= @Now
            AND (priority > @Priority OR (priority = @Priority AND run_id < @Run)) LIMIT {MostCounted + 1}) AS a
        """);

    private readonly string _holders = database.Sql("""
        SELECT run_id FROM gateway.steps
        WHERE concurrency_key = @Key AND state IN ('dispatched', 'running', 'cancelling') ORDER BY run_id LIMIT 100
        """);

    public async Task<RunSnapshot> ReadAsync(RunRow run, CancellationToken cancellationToken)
    {
        var steps = await runs.StepsAsync(run.Id, cancellationToken);
        var snapshot = new RunSnapshot
        {
            Run = run,
            Steps = steps,
            Lease = options.Value.Lease,
            Now = time.GetUtcNow(),
        };
        if (run.IsFinal)
        {
            return snapshot;
        }

        var queued = steps.Where(step => step.State == StepState.Queued).ToList();
        var sent = steps.Where(step => step.State is StepState.Queued or StepState.Dispatched).ToList();
        return snapshot with
        {
            BrokerProblem = transport.State is { IsReady: false } state ? state.Reason : null,
            Needs = await NeedsAsync(run, cancellationToken),
            Before = await BeforeAsync(run.Id, cancellationToken),
            Ahead = await AheadAsync(run.Id, queued, snapshot.Now, cancellationToken),
            Holders = await HoldersAsync(queued, cancellationToken),
            Queues = await QueuesAsync(sent.Select(step => step.Queue).Distinct().Take(MostAsked), cancellationToken),
        };
    }

    private async Task<Dictionary<string, IReadOnlyList<string>>> NeedsAsync(RunRow run, CancellationToken cancellationToken)
    {
        var definition = run.Version is null
            ? null
            : (await QueryAsync<string>(_definition, new { run.Workflow, run.Version }, cancellationToken)).FirstOrDefault();
        return definition is null ? [] : DefinitionNeeds.Read(definition);
    }

    private async Task<Dictionary<string, AttemptRow>> BeforeAsync(Guid run, CancellationToken cancellationToken) =>
        (await QueryAsync<StepAttempt>(_before, new { Id = run }, cancellationToken)).ToDictionary(
            attempt => attempt.Step,
            attempt => new AttemptRow
            {
                Attempt = attempt.Attempt,
                Outcome = attempt.Outcome,
                Worker = attempt.Worker,
                Error = attempt.Error,
            });

    private async Task<Dictionary<string, int>> AheadAsync(
        Guid run, IReadOnlyList<StepRow> queued, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ahead = new Dictionary<string, int>();
        foreach (var alike in queued.GroupBy(step => (step.Queue, step.Priority)).Take(MostAsked))
        {
            var arguments = new { alike.Key.Queue, alike.Key.Priority, Run = run, Now = now };
            var count = (await QueryAsync<int>(_ahead, arguments, cancellationToken)).Single();
            foreach (var step in alike)
            {
                ahead.Add(step.Step, count);
            }
        }

        return ahead;
    }

    private async Task<Dictionary<string, IReadOnlyList<Guid>>> HoldersAsync(
        IReadOnlyList<StepRow> queued, CancellationToken cancellationToken)
    {
        var holders = new Dictionary<string, IReadOnlyList<Guid>>();
        foreach (var key in queued.Select(step => step.ConcurrencyKey).OfType<string>().Distinct().Take(MostAsked))
        {
            holders.Add(key, await QueryAsync<Guid>(_holders, new { Key = key }, cancellationToken));
        }

        return holders;
    }

    private async Task<Dictionary<string, QueueState?>> QueuesAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, QueueState?>();
        foreach (var queue in queues)
        {
            try
            {
                states.Add(queue, await transport.InspectAsync(queue, cancellationToken));
            }
            catch (MeshException)
            {
                // Not known, so nothing is said about it.
            }
        }

        return states;
    }

    private Task<List<T>> QueryAsync<T>(string sql, object arguments, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.QueryAsync<T>(sql, arguments, cancellationToken), cancellationToken);

    private sealed record StepAttempt
    {
        public required string Step { get; init; }

        public int Attempt { get; init; }

        public required string Outcome { get; init; }

        public string? Worker { get; init; }

        public string? Error { get; init; }
    }
}
