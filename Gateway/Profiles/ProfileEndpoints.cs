using Skipper.Gateway.Artifacts;
using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Profiles;

/// <summary>What the columns of a dataset look like and how they drift, as JSON and as a page.</summary>
internal static class ProfileEndpoints
{
    /// <summary>Both versions are read from begin to end.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    public static void MapProfiles(this WebApplication app)
    {
        var profiles = app.MapGroup("/api/v1/skipper/datasets/{name}/profile").WithTags("datasets");
        profiles.MapGet("/", FindAsync).WithDocs(ProfileDocs.Find);
        profiles.MapGet("/page", ShowAsync).WithDocs(ProfileDocs.Show);
    }

    private static async Task<IResult> FindAsync(
        string name, int? version, int? reference, IRpcClient rpc, CancellationToken cancellationToken) =>
        Results.Json(await ProfileAsync(name, version, reference, rpc, cancellationToken), MessageJson.Options);

    private static async Task<IResult> ShowAsync(
        string name,
        int? version,
        int? reference,
        HttpResponse response,
        IRpcClient rpc,
        IArtifactStore artifacts,
        CancellationToken cancellationToken)
    {
        var profile = await ProfileAsync(name, version, reference, rpc, cancellationToken);
        return await ArtifactPage.SendAsync(response, artifacts, profile.Page, cancellationToken);
    }

    private static Task<DatasetProfile> ProfileAsync(
        string name, int? version, int? reference, IRpcClient rpc, CancellationToken cancellationToken) =>
        rpc.CallAsync(
            new ProfileDataset { Data = new() { Dataset = name, Version = version, Reference = reference } }, Timeout, cancellationToken);
}
