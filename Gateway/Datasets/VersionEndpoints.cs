using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Schedules;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Datasets;

/// <summary>What is known about versions of a dataset, over HTTP.</summary>
internal static class VersionEndpoints
{
    /// <summary>All rows of a version are read for these.</summary>
    private static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(10);

    public static void MapVersions(this RouteGroupBuilder datasets)
    {
        datasets.MapGet("/{name}/versions", ListAsync).WithDocs(DatasetDocs.Versions);
        datasets.MapGet("/{name}/manifest", DescribeAsync).WithDocs(DatasetDocs.Manifest);
        datasets.MapPut("/{name}/tags/{tag}", TagAsync).WithDocs(DatasetDocs.Tag);
        datasets.MapGet("/{name}/diff", DiffAsync).WithDocs(DatasetDocs.Diff);
        datasets.MapGet("/{name}/csv", ExportAsync).WithDocs(DatasetDocs.Export);
    }

    private static async Task<IResult> ListAsync(
        string name, int? before, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new ListDatasetVersions { Data = new() { Name = name, Version = before } }, null, cancellationToken),
        MessageJson.Options);

    private static async Task<IResult> DescribeAsync(
        [AsParameters] VersionQuery query, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new DescribeDataset { Data = query.ToName() }, null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> TagAsync(
        string name, string tag, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await BodyReader.ReadAsync<TagBody>(request, cancellationToken);
        var version = body.Version
            ?? throw MeshException.InvalidArgument("Name the version that the tag is to point to: {\"version\": 1}.");
        return Results.Json(
            await rpc.CallAsync(
                new TagDataset { Data = new() { Name = name, Tag = tag, Version = version } }, null, cancellationToken),
            MessageJson.Options);
    }

    private static async Task<IResult> DiffAsync(
        string name, int from, int to, string? key, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(
            new DiffDatasets
            {
                Data = new()
                {
                    Name = name,
                    From = from,
                    To = to,
                    Key = key?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                },
            },
            LongTimeout,
            cancellationToken),
        MessageJson.Options);

    private static async Task<IResult> ExportAsync(
        [AsParameters] VersionQuery query, IRpcClient rpc, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        var export = await rpc.CallAsync(new ExportDataset { Data = query.ToName() }, LongTimeout, cancellationToken);
        return Results.Stream(
            await artifacts.OpenAsync(export.Artifact, cancellationToken),
            "text/csv; charset=utf-8",
            $"{export.Dataset.Name}-{export.Dataset.Version}.csv");
    }

    private sealed record TagBody(int? Version);

    /// <summary>Three ways to name a version; without one it is the newest.</summary>
    private sealed record VersionQuery(
        string Name, int? Version, string? Tag, [FromQuery(Name = "as_of")] DateTimeOffset? AsOf)
    {
        public DatasetName ToName() => new() { Name = Name, Version = Version, Tag = Tag, AsOf = AsOf };
    }
}
