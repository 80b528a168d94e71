using System.Net.Mime;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Artifacts;

/// <summary>Pages for people that services have made.</summary>
internal static class ArtifactPage
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    /// <summary>The page shows what stood in somebody's file: should it ever hold markup, it still runs and loads nothing.</summary>
    public static async Task<IResult> SendAsync(
        HttpResponse response, IArtifactStore artifacts, string digest, CancellationToken cancellationToken)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        return Results.Stream(await artifacts.OpenAsync(digest, cancellationToken), $"{MediaTypeNames.Text.Html}; charset=utf-8");
    }
}
