using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Tasks;

/// <summary>
/// Tasks as the original engine offers them: asynchronous ones are durable runs, synchronous ones are calls.
/// </summary>
internal static class TaskEndpoints
{
    private const string Prefix = "/api/v1/skipper/tasks";
    private const long BodyLimit = 16 * 1024 * 1024;

    public static void AddTasks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<TaskOptions>()
            .Configure<IConfiguration>((options, configuration) => configuration.GetSection(TaskOptions.Section).Bind(options.Types));
        builder.Services.AddOptionsWithValidateOnStart<AliasOptions>()
            .Configure<IConfiguration>((options, configuration) => configuration.GetSection(AliasOptions.Section).Bind(options.Aliases));
        builder.Services.AddSingleton<IValidateOptions<TaskOptions>, TaskOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<AliasOptions>, TaskOptionsValidator>();
    }

    public static void MapTasks(this WebApplication app)
    {
        var tasks = app.MapGroup(Prefix).WithTags("tasks");
        tasks.MapGet("/", () => Results.Json("Skipper API is running")).WithDocs(TaskDocs.Root);
        tasks.MapAsync("/execute_async", alias: null).WithDocs(TaskDocs.ExecuteAsync);
        tasks.MapSync("/execute_sync", alias: null).WithDocs(TaskDocs.ExecuteSync);
        tasks.MapGet("/workflow/{task_id}", StatusAsync).WithDocs(TaskDocs.Status);
        tasks.MapGet("/{task_id:guid}", StatusAsync).WithDocs(TaskDocs.Status);

        var aliases = app.MapGroup(Prefix).WithTags("aliases");
        foreach (var alias in app.Services.GetRequiredService<IOptions<AliasOptions>>().Value.Aliases.Values)
        {
            _ = alias.Kind switch
            {
                "async" => aliases.MapAsync(alias.Path, alias.TaskType).WithDocs(TaskDocs.ExecuteAsync),
                "sync" => aliases.MapSync(alias.Path, alias.TaskType).WithDocs(TaskDocs.ExecuteSync),
                _ => aliases.MapGet(alias.Path, StatusAsync).WithDocs(TaskDocs.Status),
            };
        }
    }

    private static RouteHandlerBuilder MapAsync(this RouteGroupBuilder group, string path, string? alias) =>
        group.MapPost(
                path,
                (HttpRequest request, IOptions<TaskOptions> options, RunStore runs, CancellationToken cancellationToken) =>
                    ExecuteAsync(request, alias, options.Value, runs, cancellationToken))
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit));

    // What a call needs is looked up here, once: a parameter of the handler would be looked up, in a scope made for it, per request.
    private static RouteHandlerBuilder MapSync(this RouteGroupBuilder group, string path, string? alias)
    {
        var services = ((IEndpointRouteBuilder)group).ServiceProvider;
        var options = services.GetRequiredService<IOptions<TaskOptions>>().Value;
        var rpc = services.GetRequiredService<IRpcClient>();
        return group.MapPost(path, (Delegate)((HttpContext http) => CallAsync(http, alias, options, rpc)))
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit));
    }

    private static async Task<IResult> ExecuteAsync(
        HttpRequest request, string? alias, TaskOptions options, RunStore runs, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        var task = TaskRequest.Parse(body, alias);
        if (!options.Types.TryGetValue(task.TaskType, out var route))
        {
            throw new BadHttpRequestException(
                $"Unknown task_type '{task.TaskType}'; known are {string.Join(", ", options.Types.Keys.Order(StringComparer.Ordinal))}.");
        }

        // The client may go away now; the answer it did not hear would otherwise decide about a task that may be accepted.
        var id = await runs.AcceptAsync(
            new NewRun
            {
                TaskType = task.TaskType,
                Queue = route.Queue,
                Request = Encoding.UTF8.GetString(task.Body.Span),
                Description = task.Description,
                Timeout = route.Timeout,
                TraceParent = Activity.Current?.Id,
                Idempotency = IdempotencyKey.Of(request, body),
            },
            CancellationToken.None);

        var location = $"{request.PathBase}{Prefix}/workflow/{id}";
        var headers = request.HttpContext.Response.Headers;
        headers.Location = location;
        headers["Operation-Location"] = $"{request.Scheme}://{request.Host}{location}";
        headers.RetryAfter = "1";
        return TaskReply.Of(writer =>
        {
            writer.WriteString("task_id"u8, id);
            writer.WriteString("task_status"u8, "Processing"u8);
        });
    }

    private static async Task<IResult> StatusAsync(
        [FromRoute(Name = "task_id")] string taskId, RunStore runs, HttpResponse response, CancellationToken cancellationToken)
    {
        var run = Guid.TryParseExact(taskId, "D", out var id) ? await runs.FindAsync(id, cancellationToken) : null;
        if (run is null)
        {
            throw MeshException.NotFound($"There is no task '{taskId}'. A task_id is what execute_async answered.");
        }

        if (TaskStatusReply.IsOpen(run))
        {
            response.Headers.RetryAfter = "1";
        }

        return TaskReply.Of(writer => TaskStatusReply.Write(writer, run));
    }

    private static async Task CallAsync(HttpContext http, string? alias, TaskOptions options, IRpcClient rpc)
    {
        var task = TaskRequest.Parse(await RequestBody.ReadAsync(http.Request, http.RequestAborted), alias);
        if (!options.Types.TryGetValue(task.TaskType, out var route))
        {
            await TaskReply.WriteAsync(http.Response, "Wrong task type", WriteSync);
            return;
        }

        var reply = await rpc.CallAsync(route.Queue, task.Body, route.Timeout, http.RequestAborted);
        await TaskReply.WriteAsync(http.Response, reply, static (writer, said) =>
        {
            WriteSync(writer, "Success");
            TaskReply.WriteOutcome(writer, said.Span);
        });
    }

    private static void WriteSync(Utf8JsonWriter writer, string status)
    {
        writer.WriteString("task_id"u8, "-"u8);
        writer.WriteString("task_status"u8, status);
    }
}
