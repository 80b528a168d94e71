using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Docs;

namespace Skipper.Gateway.Tasks;

/// <summary>What services made with skipper-lib ask their engine for: queue names, and where to log.</summary>
internal static partial class ServiceEndpoints
{
    private const long LogLimit = 64 * 1024;

    public static void MapServices(this WebApplication app)
    {
        var services = app.MapGroup("/api/v1/skipper").WithTags("services");
        services.MapGet("/workflow/{service_id}", FindQueue).WithDocs(TaskDocs.Workflow);
        foreach (var kind in new[] { "producer", "receiver", "workflow" })
        {
            services.MapPost(
                    $"/logger/log_{kind}",
                    (HttpRequest request, ILogger<ServiceLog> logger, CancellationToken cancellationToken) =>
                        LogAsync(kind, request, logger, cancellationToken))
                .WithMetadata(new RequestSizeLimitAttribute(LogLimit))
                .WithDocs(TaskDocs.Log);
        }
    }

    private static IResult FindQueue([FromRoute(Name = "service_id")] string serviceId, IOptions<TaskOptions> options)
    {
        var taskType = serviceId.EndsWith("_async", StringComparison.Ordinal) ? serviceId[..^6]
            : serviceId.EndsWith("_sync", StringComparison.Ordinal) ? serviceId[..^5]
            : "";
        var queue = options.Value.Types.TryGetValue(taskType, out var route) ? route.Queue : "-";
        return Results.Json(new { service_id = serviceId, queue_name = queue });
    }

    private static async Task<IResult> LogAsync(
        string kind, HttpRequest request, ILogger<ServiceLog> logger, CancellationToken cancellationToken)
    {
        var entry = JsonSerializer.Deserialize<ServiceLog>((await RequestBody.ReadAsync(request, cancellationToken)).Span)
            ?? throw new BadHttpRequestException("Expected a JSON object, found null.");
        LogEntry(
            logger, kind, entry.Text("service_name") ?? entry.Text("service_id"), entry.Text("queue_name"),
            entry.Text("task_type"), entry.Text("correlation_id"), entry.Text("description"));
        return Results.Json(new { status = "logged" }, statusCode: StatusCodes.Status202Accepted);
    }

    [LoggerMessage(LogLevel.Information, "{Kind} {Service} on {Queue}: {TaskType} {CorrelationId} {Description}")]
    private static partial void LogEntry(
        ILogger logger, string kind, string? service, string? queue, string? taskType, string? correlationId, string? description);

    /// <summary>An entry with whatever members the service sent.</summary>
    internal sealed class ServiceLog : Dictionary<string, JsonElement>
    {
        /// <summary>One line: what others wrote must not look like entries of ours.</summary>
        public string? Text(string member) =>
            TryGetValue(member, out var value) ? value.ToString().ReplaceLineEndings(" ") : null;
    }
}
