using Microsoft.Extensions.Options;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Runs;

/// <summary>
/// Accepts runs and tells how they are. An accepted run is in the database, with its first step and outbox row.
/// </summary>
internal sealed class RunStore(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    IOptions<RunOptions> options,
    RunSignal signal,
    TimeProvider time)
{
    private readonly string _accept = database.Sql("""
        INSERT INTO gateway.runs (id, task_type, state, request, description, created_at)
        VALUES (@Id, @TaskType, 'accepted', @Request, @Description, @Now);
        INSERT INTO gateway.steps (run_id, step, state, queue, timeout_seconds)
        VALUES (@Id, @Step, 'queued', @Queue, @Timeout);
        INSERT INTO gateway.outbox (run_id, step, attempt, queue, available_at)
        VALUES (@Id, @Step, 1, @Queue, @Now);
        """);

    private readonly string _find = database.Sql("""
        SELECT r.id AS Id, r.task_type AS TaskType, r.state AS State, r.output AS Output, r.error AS Error,
               r.created_at AS CreatedAt, r.finished_at AS FinishedAt, s.queue AS Queue, s.state AS StepState,
               s.attempt AS Attempt, s.progress_percent AS ProgressPercent, s.progress_message AS ProgressMessage,
               o.tries AS UnroutableTries
        FROM gateway.runs r
        JOIN gateway.steps s ON s.run_id = r.id AND s.step = 'task'
        LEFT JOIN gateway.outbox o ON o.run_id = s.run_id AND o.step = s.step AND o.attempt = s.attempt AND o.tries > 0
        WHERE r.id = @Id
        """);

    /// <summary>Durable when it returns; the relay is woken.</summary>
    public async Task<Guid> AcceptAsync(NewRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = new
        {
            Id = Guid.CreateVersion7(now),
            run.TaskType,
            run.Request,
            Description = run.Description is null ? null : StoredText.Clean(run.Description),
            run.Queue,
            Step = AttemptId.SingleStep,
            Timeout = run.Timeout?.TotalSeconds ?? options.Value.StepTimeoutSeconds,
            Now = now,
        };
        await database.WriteAsync(
            transaction => transaction.ExecuteAsync(_accept, row, cancellationToken), cancellationToken);
        signal.Set();
        return row.Id;
    }

    /// <summary>Null where there is no such run.</summary>
    public Task<RunStatus?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => connection.FirstOrDefaultAsync<RunStatus>(_find, new { Id = id }, cancellationToken),
            cancellationToken);
}
