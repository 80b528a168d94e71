using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Sources;

/// <summary>Sources over HTTP: declared and described by the data service; ingested, replayed and published as durable runs.</summary>
internal static class SourceEndpoints
{
    private const long DeclarationLimit = 256 * 1024;
    private const long OptionsLimit = 64 * 1024;
    private const long FileLimit = 2L * 1024 * 1024 * 1024;
    private static readonly TimeSpan EvaluateTimeout = TimeSpan.FromMinutes(5);

    public static void MapSources(this WebApplication app)
    {
        var sources = app.MapGroup("/api/v1/skipper/sources").WithTags("sources");
        sources.MapGet("/", ListAsync).WithDocs(SourceDocs.List);
        sources.MapGet("/{name}", FindAsync).WithDocs(SourceDocs.Find);
        sources.MapGet("/scorecards/{table}", EvaluateAsync).WithDocs(SourceDocs.Evaluate);
        sources.MapPut("/{name}", PutAsync)
            .WithMetadata(new RequestSizeLimitAttribute(DeclarationLimit)).WithDocs(SourceDocs.Put);
        sources.MapPost("/{name}/runs", IngestAsync)
            .WithMetadata(new RequestSizeLimitAttribute(OptionsLimit)).WithDocs(SourceDocs.Ingest);
        sources.MapPost("/{name}/files", UploadAsync)
            .WithMetadata(new RequestSizeLimitAttribute(FileLimit)).WithDocs(SourceDocs.Upload);
        sources.MapPost("/{name}/replay", ReplayAsync).WithDocs(SourceDocs.Replay);
        sources.MapPost("/{name}/publish", PublishAsync)
            .WithMetadata(new RequestSizeLimitAttribute(OptionsLimit)).WithDocs(SourceDocs.Publish);
    }

    private static async Task<IResult> ListAsync(IRpcClient rpc, CancellationToken cancellationToken) =>
        Results.Json(await rpc.CallAsync(new ListSources(), null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> FindAsync(string name, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new FindSource { Data = new SourceName { Name = name } }, null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> EvaluateAsync(
        string table, DateTimeOffset? since, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(
            new EvaluateProviders { Data = new EvaluateProviders.Comparison { Table = table, Since = since } },
            EvaluateTimeout,
            cancellationToken),
        MessageJson.Options);

    private static async Task<IResult> PutAsync(string name, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var yaml = Encoding.UTF8.GetString((await RequestBody.ReadAsync(request, cancellationToken)).Span);
        var data = new DeclareSource.SourceText { Name = name, Declaration = yaml };
        return Results.Json(await rpc.CallAsync(new DeclareSource { Data = data }, null, cancellationToken), MessageJson.Options);
    }

    private static async Task<IResult> IngestAsync(
        string name, HttpRequest request, IRpcClient rpc, RunStore runs, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        var options = Options<IngestOptions>(body);
        var data = new IngestSource.Ingestion { Source = name, From = options.From, To = options.To, Force = options.Force };
        return await AcceptAsync(request, name, rpc, runs, "ingest_source", data, body, cancellationToken);
    }

    private static async Task<IResult> UploadAsync(
        string name, HttpRequest request, IArtifactStore artifacts, IRpcClient rpc, RunStore runs, CancellationToken cancellationToken)
    {
        await RequireAsync(name, rpc, cancellationToken);
        var digest = await artifacts.PutAsync(request.Body, cancellationToken);
        var data = new IngestSource.Ingestion { Source = name, Artifact = digest };
        return await AcceptAsync(
            request, name, rpc, runs, "ingest_source", data, Encoding.ASCII.GetBytes(digest), cancellationToken);
    }

    private static Task<IResult> ReplayAsync(
        string name, HttpRequest request, IRpcClient rpc, RunStore runs, CancellationToken cancellationToken) => AcceptAsync(
        request, name, rpc, runs, "replay_source", new SourceName { Name = name }, default, cancellationToken);

    private static async Task<IResult> PublishAsync(
        string name, HttpRequest request, IRpcClient rpc, RunStore runs, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        var options = Options<PublishOptions>(body);
        var data = new PublishSource.Publication { Sources = [name, .. options.With], Dataset = options.Dataset };
        return await AcceptAsync(request, name, rpc, runs, "publish_source", data, body, cancellationToken);
    }

    private static T Options<T>(ReadOnlyMemory<byte> body)
        where T : new() => body.IsEmpty ? new T() : JsonSerializer.Deserialize<T>(body.Span, MessageJson.Options)
            ?? throw new BadHttpRequestException("Expected a JSON object, found null.");

    private static async Task<IResult> AcceptAsync(
        HttpRequest request,
        string name,
        IRpcClient rpc,
        RunStore runs,
        string taskType,
        object data,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        await RequireAsync(name, rpc, cancellationToken);

        // The client may go away now; the answer it did not hear would otherwise decide about a run that may be accepted.
        var id = await runs.AcceptAsync(
            new NewRun
            {
                TaskType = taskType,
                Queue = Queues.Data,
                Request = JsonSerializer.Serialize(new { task_type = taskType, data }, MessageJson.Options),
                Description = $"{taskType} {name}",
                TraceParent = Activity.Current?.Id,
                Idempotency = IdempotencyKey.Of(request, body),
            },
            CancellationToken.None);
        var location = $"{request.PathBase}/api/v1/skipper/runs/{id}";
        request.HttpContext.Response.Headers.Location = location;
        request.HttpContext.Response.Headers["Operation-Location"] = $"{request.Scheme}://{request.Host}{location}";
        request.HttpContext.Response.Headers.RetryAfter = "1";
        return Results.Json(new { id, task_id = id, state = RunState.Accepted }, statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>A source that is not there is said now, not by a run that fails.</summary>
    private static Task<SourceDescription> RequireAsync(string name, IRpcClient rpc, CancellationToken cancellationToken) =>
        rpc.CallAsync(new FindSource { Data = new SourceName { Name = name } }, null, cancellationToken);

    private sealed record PublishOptions
    {
        public string? Dataset { get; init; }

        public IReadOnlyList<string> With { get; init; } = [];
    }

    private sealed record IngestOptions
    {
        public DateTimeOffset? From { get; init; }

        public DateTimeOffset? To { get; init; }

        public bool Force { get; init; }
    }
}
