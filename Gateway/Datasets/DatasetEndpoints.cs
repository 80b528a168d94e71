using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Datasets;

/// <summary>
/// Datasets over HTTP: the bytes go to the artifact store, everything else is asked of the data service.
/// </summary>
internal static partial class DatasetEndpoints
{
    private const long BodyLimit = 4096L * 1024 * 1024;
    private static readonly TimeSpan ImportTimeout = TimeSpan.FromMinutes(10);
    private static readonly string[] MediaTypes =
    [
        "text/csv", "application/csv", "text/tab-separated-values", "text/plain", "application/octet-stream", "application/gzip",
        "application/x-gzip", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
    ];

    public static void MapDatasets(this WebApplication app)
    {
        var datasets = app.MapGroup("/api/v1/skipper/datasets").WithTags("datasets");
        datasets.MapPost("/{name}", ImportAsync)
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).WithDocs(DatasetDocs.Import);
        datasets.MapGet("/", ListAsync).WithDocs(DatasetDocs.List);
        datasets.MapGet("/{name}", FindAsync).WithDocs(DatasetDocs.Find);
        datasets.MapVersions();
    }

    private static async Task<IResult> ImportAsync(
        string name,
        string? encoding,
        HttpRequest request,
        IArtifactStore artifacts,
        IRpcClient rpc,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        // Said before gigabytes are read.
        if (!Name().IsMatch(name))
        {
            throw new BadHttpRequestException(
                $"A dataset is named by at most 64 lower case letters, digits, - and _, was '{name}'.");
        }

        var charset = RequireTable(request);
        var startedAt = time.GetUtcNow();
        var digest = await artifacts.PutAsync(request.Body, cancellationToken);
        var version = await rpc.CallAsync(
            new ImportDataset { Data = new() { Name = name, Artifact = digest, Encoding = encoding ?? charset } },
            ImportTimeout,
            cancellationToken);

        // The same content is the same version: it was made before this request.
        var isNew = version.CreatedAt >= startedAt;
        if (isNew)
        {
            request.HttpContext.Response.Headers.Location = $"{request.PathBase}/api/v1/skipper/datasets/{name}";
        }

        return Results.Json(
            version, MessageJson.Options, statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> ListAsync(IRpcClient rpc, CancellationToken cancellationToken) =>
        Results.Json(await rpc.CallAsync(new ListDatasets(), null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> FindAsync(
        string name,
        int? version,
        string? tag,
        [FromQuery(Name = "as_of")] DateTimeOffset? asOf,
        IRpcClient rpc,
        CancellationToken cancellationToken) =>
        Results.Json(
            await rpc.CallAsync(
                new FindDataset { Data = new() { Name = name, Version = version, Tag = tag, AsOf = asOf } }, null, cancellationToken),
            MessageJson.Options);

    /// <summary>Returns the character set that the type of the body names; null for UTF-8.</summary>
    private static string? RequireTable(HttpRequest request)
    {
        if (request.ContentType is null)
        {
            return null;
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !MediaTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
        {
            throw new BadHttpRequestException(
                $"Expected a body of type text/csv or application/x-ndjson, found {request.ContentType}. "
                + "With curl: -H 'Content-Type: text/csv' --data-binary @file.csv",
                StatusCodes.Status415UnsupportedMediaType);
        }

        return type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? type.Charset.Value : null;
    }

    [GeneratedRegex(@"\A[a-z0-9_-]{1,64}\z")]
    private static partial Regex Name();
}
