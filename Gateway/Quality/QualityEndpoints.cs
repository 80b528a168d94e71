using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Artifacts;
using Skipper.Gateway.Docs;
using Skipper.Gateway.RunsApi;
using Skipper.Gateway.Schedules;
using Skipper.Gateway.Security;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Quality;

/// <summary>Quality reports and rows in quarantine over HTTP.</summary>
internal static class QualityEndpoints
{
    private static readonly TimeSpan ReplayTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The version and the one before are read from begin to end.</summary>
    private static readonly TimeSpan PageTimeout = TimeSpan.FromMinutes(5);

    public static void MapQuality(this WebApplication app)
    {
        var datasets = app.MapGroup("/api/v1/skipper/datasets/{name}").WithTags("quality");
        datasets.MapGet("/quality", FindAsync).WithDocs(QualityDocs.Find);
        datasets.MapGet("/quality/reports", ListAsync).WithDocs(QualityDocs.List);
        datasets.MapGet("/quality/page", ShowAsync).WithDocs(QualityDocs.Show);
        datasets.MapGet("/quality/reports/{runId:guid}/page", ShowReportAsync).WithDocs(QualityDocs.ShowReport);
        datasets.MapGet("/quarantine", PageAsync).WithDocs(QualityDocs.Page);
        datasets.MapPost("/quarantine/discard", DiscardAsync).Requires(Scope.Admin).WithDocs(QualityDocs.Discard);
        datasets.MapPost("/quarantine/replay", ReplayAsync).WithDocs(QualityDocs.Replay);
    }

    private static async Task<IResult> FindAsync(string name, int? version, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var message = new FindQualityReport { Data = new() { Name = name, Version = version } };
        return Results.Json(await rpc.CallAsync(message, null, cancellationToken), MessageJson.Options);
    }

    private static async Task<IResult> ListAsync(string name, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new ListQualityReports { Data = new() { Name = name } }, null, cancellationToken), MessageJson.Options);

    private static Task<IResult> ShowAsync(
        string name, int? version, HttpResponse response, IRpcClient rpc, IArtifactStore artifacts, CancellationToken cancellationToken) =>
        SendPageAsync(new() { Dataset = name, Version = version }, response, rpc, artifacts, cancellationToken);

    private static Task<IResult> ShowReportAsync(
        string name, Guid runId, HttpResponse response, IRpcClient rpc, IArtifactStore artifacts, CancellationToken cancellationToken) =>
        SendPageAsync(new() { Dataset = name, RunId = runId }, response, rpc, artifacts, cancellationToken);

    private static async Task<IResult> SendPageAsync(
        WriteQualityPage.Choice report,
        HttpResponse response,
        IRpcClient rpc,
        IArtifactStore artifacts,
        CancellationToken cancellationToken)
    {
        var written = await rpc.CallAsync(new WriteQualityPage { Data = report }, PageTimeout, cancellationToken);
        return await ArtifactPage.SendAsync(response, artifacts, written.Page, cancellationToken);
    }

    private static async Task<IResult> PageAsync(
        string name,
        string? status,
        [FromQuery(Name = "run_id")] Guid? runId,
        [FromQuery(Name = "page_size")] int? pageSize,
        [FromQuery(Name = "page_token")] string? pageToken,
        IRpcClient rpc,
        CancellationToken cancellationToken)
    {
        var filter = new QuarantineFilter
        {
            Dataset = name,
            Status = status,
            RunId = runId,
            Limit = pageSize ?? 100,
            After = pageToken is null ? null : PageToken.Parse(pageToken),
        };
        var page = await rpc.CallAsync(new ListQuarantine { Data = filter }, null, cancellationToken);
        return Results.Json(
            new { page.Rows, page.OpenCount, NextPageToken = page.Next is { } next ? PageToken.Of(next) : null },
            MessageJson.Options);
    }

    private static async Task<IResult> DiscardAsync(string name, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadAsync<Discard>(request, cancellationToken);
        if (body.Ids is null && body.RunId is null)
        {
            throw MeshException.InvalidArgument("Name the rows to discard by 'ids', or the import by 'run_id'.");
        }

        var message = new DiscardQuarantine { Data = new() { Dataset = name, Ids = body.Ids, RunId = body.RunId } };
        return Results.Json(await rpc.CallAsync(message, null, cancellationToken), MessageJson.Options);
    }

    private static async Task<IResult> ReplayAsync(string name, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadAsync<Replay>(request, cancellationToken);
        var message = new ReplayQuarantine { Data = new() { Dataset = name, Rows = body.Rows ?? [] } };
        return Results.Json(await rpc.CallAsync(message, ReplayTimeout, cancellationToken), MessageJson.Options);
    }

    private sealed record Replay(IReadOnlyList<ReplayRow>? Rows = null);

    private sealed record Discard(IReadOnlyList<Guid>? Ids = null, Guid? RunId = null);
}
