using System.Net.Mime;
using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Security;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Models;

/// <summary>Versions of a model over HTTP: list, import, download, delete, and their cards.</summary>
internal static class VersionEndpoints
{
    private const long LargestFile = 512L * 1024 * 1024;

    // A large model is read, checked and tried out.
    private static readonly TimeSpan ImportTimeout = TimeSpan.FromMinutes(5);

    public static void MapVersions(this RouteGroupBuilder models)
    {
        models.MapGet("/{name}/versions", ListAsync).WithDocs(ModelDocs.Versions);
        models.MapPost("/{name}/versions", ImportAsync).Requires(Scope.Admin)
            .WithMetadata(new RequestSizeLimitAttribute(LargestFile)).WithDocs(ModelDocs.Import);
        models.MapGet("/{name}/versions/{version:int}", FindAsync).WithDocs(ModelDocs.FindVersion);
        models.MapDelete("/{name}/versions/{version:int}", DeleteAsync).WithDocs(ModelDocs.Delete);
        models.MapGet("/{name}/versions/{version:int}/file", DownloadAsync).WithDocs(ModelDocs.Download);
        models.MapGet("/{name}/card", DescribeAsync).WithDocs(ModelDocs.Card);
        models.MapGet("/{name}/card/page", ShowAsync).WithDocs(ModelDocs.Page);
    }

    private static async Task<IResult> ListAsync(string name, int? before, IRpcClient rpc, CancellationToken cancellationToken) =>
        Results.Json(
            await rpc.CallAsync(
                new ListModelVersions { Data = new ModelName { Name = name, Version = before } }, null, cancellationToken),
            MessageJson.Options);

    private static async Task<IResult> FindAsync(string name, int version, IRpcClient rpc, CancellationToken cancellationToken) =>
        Results.Json(await FindVersionAsync(name, version, rpc, cancellationToken), MessageJson.Options);

    private static async Task<IResult> ImportAsync(
        string name,
        string? inputs,
        string? target,
        string? classes,
        string? actor,
        string? engine,
        string? preprocessing,
        HttpRequest request,
        IArtifactStore artifacts,
        IRpcClient rpc,
        CancellationToken cancellationToken)
    {
        var digest = await artifacts.PutAsync(request.Body, cancellationToken);
        var model = await rpc.CallAsync(
            new ImportModel
            {
                Data = new()
                {
                    Name = name,
                    Artifact = digest,
                    Engine = engine,
                    Preprocessing = preprocessing,
                    Inputs = Names(inputs)?.Select(input => new ModelInput { Name = input, Type = "number", Required = false }).ToList(),
                    Target = target,
                    Classes = Names(classes),
                    Actor = actor,
                },
            },
            ImportTimeout,
            cancellationToken);
        request.HttpContext.Response.Headers.Location =
            FormattableString.Invariant($"{request.PathBase}/api/v1/skipper/models/{model.Name}/versions/{model.Version}");
        return Results.Json(model, MessageJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> DeleteAsync(
        string name, int version, string? actor, string? reason, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(
            new DeleteModelVersion { Data = new() { Name = name, Version = version, Actor = actor, Reason = reason } },
            null,
            cancellationToken),
        MessageJson.Options);

    private static async Task<IResult> DownloadAsync(
        string name, int version, IRpcClient rpc, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        var model = await FindVersionAsync(name, version, rpc, cancellationToken);
        return Results.Stream(
            await artifacts.OpenAsync(model.Artifact, cancellationToken),
            MediaTypeNames.Application.Octet,
            $"{model.Name}-{model.Version}.{model.Engine}");
    }

    private static async Task<IResult> DescribeAsync(
        [AsParameters] ModelQuery query, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new DescribeModel { Data = query.ToName() }, null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> ShowAsync(
        [AsParameters] ModelQuery query,
        HttpResponse response,
        IRpcClient rpc,
        IArtifactStore artifacts,
        CancellationToken cancellationToken)
    {
        var card = await rpc.CallAsync(new DescribeModel { Data = query.ToName() }, null, cancellationToken);

        // The page shows names that stood in somebody's file: should it ever hold markup, it still runs and loads nothing.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        return Results.Stream(
            await artifacts.OpenAsync(card.Page, cancellationToken), $"{MediaTypeNames.Text.Html}; charset=utf-8");
    }

    private static Task<ModelVersion> FindVersionAsync(
        string name, int version, IRpcClient rpc, CancellationToken cancellationToken) => version > 0
        ? rpc.CallAsync(new FindModel { Data = new ModelName { Name = name, Version = version } }, null, cancellationToken)
        : throw MeshException.InvalidArgument($"Versions are numbered from 1, was {version}.");

    private static string[]? Names(string? list) =>
        list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
