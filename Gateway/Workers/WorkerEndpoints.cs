using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Workers;

/// <summary>Queues and workers over HTTP: whether work is taken, and by whom.</summary>
internal static class WorkerEndpoints
{
    private const double LongestHours = 24 * 31;

    public static void AddWorkers(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WorkerStore>();
        builder.Services.AddSingleton<QueueReader>();
    }

    public static void MapWorkers(this WebApplication app)
    {
        app.MapGet("/api/v1/skipper/queues", QueuesAsync).WithTags("workers").WithDocs(WorkerDocs.Queues);
        app.MapGet("/api/v1/skipper/workers", WorkersAsync).WithTags("workers").WithDocs(WorkerDocs.Workers);
    }

    private static async Task<IResult> QueuesAsync(QueueReader queues, CancellationToken cancellationToken) =>
        Results.Json(new { Queues = await queues.ListAsync(cancellationToken) }, MessageJson.Options);

    private static async Task<IResult> WorkersAsync(
        double? hours, WorkerStore workers, TimeProvider time, CancellationToken cancellationToken)
    {
        var span = hours ?? 24;
        if (span is not (> 0 and <= LongestHours))
        {
            throw new BadHttpRequestException($"hours must be more than 0 and at most {LongestHours}, was {span}.");
        }

        var since = time.GetUtcNow() - TimeSpan.FromHours(span);
        return Results.Json(new { Since = since, Workers = await workers.ListAsync(since, cancellationToken) }, MessageJson.Options);
    }
}
