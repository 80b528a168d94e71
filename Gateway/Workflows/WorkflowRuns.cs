using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Notifications;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tasks;
using Skipper.Gateway.Workflows.Expressions;
using Skipper.Shared.Declarations;

namespace Skipper.Gateway.Workflows;

/// <summary>Starts runs of workflows over HTTP.</summary>
internal static class WorkflowRuns
{
    public const long BodyLimit = 16 * 1024 * 1024;
    private static readonly string[] Known = ["input", "version", "priority", "description", "dedup_key", "callback"];

    public static async Task<IResult> StartAsync(
        string name,
        HttpRequest request,
        [FromServices] IRunLauncher launcher,
        [FromServices] CallbackReader callbacks,
        CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        var launch = Read(name, body.IsEmpty ? JsonElement.Parse("{}") : JsonElement.Parse(body.Span), callbacks) with
        {
            Idempotency = IdempotencyKey.Of(request, body),
        };

        // The client may go away now; the answer it did not hear would otherwise decide about a run that may be accepted.
        var run = await launcher.StartAsync(launch, CancellationToken.None);

        var location = $"{request.PathBase}/api/v1/skipper/runs/{run.Id}";
        var headers = request.HttpContext.Response.Headers;
        headers.Location = location;
        headers["Operation-Location"] = $"{request.Scheme}://{request.Host}{location}";
        headers.RetryAfter = "1";
        return WorkflowReply.Of(StatusCodes.Status202Accepted, writer =>
        {
            writer.WriteString("id"u8, run.Id);
            writer.WriteString("task_id"u8, run.Id);
            writer.WriteString("workflow"u8, name);
            writer.WriteString("state"u8, RunState.Accepted);
        });
    }

    private static RunLaunch Read(string workflow, JsonElement body, CallbackReader callbacks)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            throw new BadHttpRequestException($"Expected a JSON object, found {Values.Describe(body)}.");
        }

        foreach (var member in body.EnumerateObject().Where(member => !Known.Contains(member.Name)))
        {
            throw new BadHttpRequestException(
                $"A run has no '{member.Name}'; known are {string.Join(", ", Known)}.{Nearest.Suggest(member.Name, Known)}");
        }

        try
        {
            return Launch(workflow, body, callbacks);
        }
        catch (InvalidOperationException exception)
        {
            throw new BadHttpRequestException($"The body has text that is not valid Unicode: {exception.Message}", exception);
        }
    }

    private static RunLaunch Launch(string workflow, JsonElement body, CallbackReader callbacks) => new()
    {
        Workflow = workflow,
        Version = Whole(body, "version", 1, int.MaxValue),
        Input = Member(body, "input", JsonValueKind.Object)?.GetRawText(),
        Description = Member(body, "description", JsonValueKind.String)?.GetString(),
        Priority = Whole(body, "priority", 0, 9) ?? 5,
        DedupKey = Member(body, "dedup_key", JsonValueKind.String)?.GetString(),
        Callback = Member(body, "callback", JsonValueKind.Object) is { } callback ? callbacks.Read(callback) : null,
        TraceParent = Activity.Current?.Id,
    };

    private static JsonElement? Member(JsonElement body, string name, JsonValueKind kind)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == kind
            ? value
            : throw new BadHttpRequestException(
                $"{name} must be {(kind is JsonValueKind.Object ? "an object" : "text")}, found {Values.Describe(value)}.");
    }

    private static int? Whole(JsonElement body, string name, int least, int most)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw new BadHttpRequestException($"{name} must be a whole number from {least} to {most}, found {Values.Describe(value)}.");
    }
}
