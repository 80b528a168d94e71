using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Retention;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.RunsApi;

/// <summary>What people do to a run: cancel, repeat, delete.</summary>
internal static class RunControlEndpoints
{
    // A misspelled "force" must not become a gentle cancellation.
    private static readonly JsonSerializerOptions Strict = new(MessageJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static void MapControl(this RouteGroupBuilder runs)
    {
        runs.MapPost("/{id}/cancel", CancelAsync).WithDocs(RunControlDocs.Cancel);
        runs.MapPost("/{id}/rerun", RerunAsync).WithDocs(RunControlDocs.Rerun);
        runs.MapDelete("/{id}", DeleteAsync).WithDocs(RunControlDocs.Delete);
    }

    private static async Task<IResult> CancelAsync(
        string id, HttpRequest request, [FromServices] IRunControl control, CancellationToken cancellationToken)
    {
        var run = RunLookup.Id(id);
        var body = await ReadAsync<CancelRequest>(request, cancellationToken) ?? new CancelRequest();

        // Half a cancellation because the client hung up would surprise everybody.
        var state = await control.CancelAsync(run, body.Reason, body.Force, CancellationToken.None);
        return Results.Json(
            new { Id = run, State = state, Links = new { Self = new RunLinks(request.PathBase).Self(run) } },
            MessageJson.Options,
            statusCode: RunQuery.IsFinal(state) ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> RerunAsync(
        string id, HttpRequest request, [FromServices] IRunControl control, CancellationToken cancellationToken)
    {
        var source = RunLookup.Id(id);
        var body = await ReadAsync<RerunRequest>(request, cancellationToken) ?? new RerunRequest();
        if (string.IsNullOrWhiteSpace(body.From))
        {
            throw new BadHttpRequestException("from must be failed, all or the name of a step, was empty.");
        }

        var run = await control.RerunAsync(source, body.From, CancellationToken.None);
        var self = new RunLinks(request.PathBase).Self(run);
        var headers = request.HttpContext.Response.Headers;
        headers.Location = self;
        headers["Operation-Location"] = $"{request.Scheme}://{request.Host}{self}";
        headers.RetryAfter = "1";
        return Results.Json(
            new { Id = run, RerunOf = source, Links = new { Self = self } },
            MessageJson.Options,
            statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> DeleteAsync(
        string id, RunReader runs, RetentionStore retention, RunChanges changes, CancellationToken cancellationToken)
    {
        var run = RunLookup.Id(id);
        if (!await retention.DeleteAsync(run, cancellationToken))
        {
            var found = await runs.RunAsync(id, cancellationToken);
            throw MeshException.FailedPrecondition(
                $"The run is {found.State}; only runs that have ended can be deleted. Cancel it first.");
        }

        changes.Changed(run);
        return Results.NoContent();
    }

    /// <summary>Null where there is no body.</summary>
    private static async Task<T?> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        try
        {
            return body.IsEmpty ? null : JsonSerializer.Deserialize<T>(body.Span, Strict);
        }
        catch (JsonException exception) when (exception.InnerException is null && exception.Path is not null)
        {
            // Valid JSON with a member that is not expected, or of another type.
            throw new BadHttpRequestException($"The body does not fit: {exception.Message}", exception);
        }
    }

    private sealed record CancelRequest
    {
        public string? Reason { get; init; }

        public bool Force { get; init; }
    }

    private sealed record RerunRequest
    {
        public string From { get; init; } = "failed";
    }
}
