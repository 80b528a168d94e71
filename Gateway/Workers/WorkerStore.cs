using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Workers;

/// <summary>What the steps of runs tell about workers.</summary>
internal sealed class WorkerStore([FromKeyedServices(GatewayService.Schema)] Database database)
{
    private readonly string _open = database.Sql("""
        SELECT queue AS Queue, CASE WHEN state IN ('running', 'cancelling') THEN 1 ELSE 0 END AS Running, COUNT(*) AS Count
        FROM gateway.steps WHERE state = 'queued' OR state IN ('dispatched', 'running', 'cancelling') GROUP BY 1, 2
        """);

    // Ids are times: the primary key finds what is recent, however many runs are stored.
    private readonly string _workers = database.Sql("""
        SELECT worker AS Worker, queue AS Queue,
               SUM(CASE WHEN state IN ('running', 'cancelling') THEN 1 ELSE 0 END) AS Running,
               SUM(CASE WHEN state = 'succeeded' THEN 1 ELSE 0 END) AS Succeeded,
               SUM(CASE WHEN state IN ('failed', 'timed_out') THEN 1 ELSE 0 END) AS Failed,
               MAX(COALESCE(finished_at, started_at)) AS LastActiveAt
        FROM gateway.steps WHERE run_id >= @From AND worker IS NOT NULL AND started_at IS NOT NULL
        GROUP BY worker, queue ORDER BY worker, queue
        """);

    /// <summary>How many steps of each queue are still to be done or being done.</summary>
    public Task<List<OpenSteps>> OpenAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QueryAsync<OpenSteps>(_open, null, cancellationToken), cancellationToken);

    /// <summary>Who worked on the runs that were accepted since a time, by name and queue.</summary>
    public Task<List<WorkerReply>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QueryAsync<WorkerReply>(_workers, new { From = TimedId.First(since) }, cancellationToken),
        cancellationToken);
}

/// <summary>How many steps of a queue are in hand, or not yet.</summary>
internal sealed record OpenSteps
{
    public required string Queue { get; init; }

    /// <summary>1 = a worker has them.</summary>
    public int Running { get; init; }

    public int Count { get; init; }

    public bool IsRunning => Running == 1;
}

/// <summary>What a worker did on one queue.</summary>
internal sealed record WorkerReply
{
    public required string Worker { get; init; }

    public required string Queue { get; init; }

    /// <summary>Steps that it has in hand.</summary>
    public int Running { get; init; }

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    /// <summary>When it last began or ended a step.</summary>
    public DateTimeOffset LastActiveAt { get; init; }
}
