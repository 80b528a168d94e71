using Microsoft.Net.Http.Headers;
using Skipper.Gateway.Docs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Artifacts;

/// <summary>Artifacts by digest: what a digest names never changes, so whoever has it need not ask again.</summary>
internal static class ArtifactEndpoints
{
    public static void MapArtifacts(this WebApplication app) =>
        app.MapGet("/api/v1/skipper/artifacts/{digest}", ReadAsync).WithTags("artifacts").WithDocs(ArtifactDocs.Read);

    private static async Task<IResult> ReadAsync(
        string digest, IArtifactStore artifacts, HttpResponse response, CancellationToken cancellationToken)
    {
        try
        {
            var content = await artifacts.OpenAsync(digest, cancellationToken);
            response.Headers.CacheControl = "private, max-age=31536000, immutable";
            return Results.Stream(content, "application/octet-stream", entityTag: new EntityTagHeaderValue($"\"{digest}\""));
        }
        catch (FileNotFoundException)
        {
            throw MeshException.NotFound($"There is no artifact '{digest}'. An artifact is named by 64 lower case hex digits.");
        }
    }
}
