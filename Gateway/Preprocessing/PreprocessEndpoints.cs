using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Pushes;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Preprocessing;

/// <summary>Files in, arrays out: the bytes go to the artifact store, the data service does the work.</summary>
internal static class PreprocessEndpoints
{
    private const long BodyLimit = 256L * 1024 * 1024;
    private const string NpyType = "application/x-npy";
    private const string NpzType = "application/x-npz";

    public static void MapPreprocessing(this WebApplication app)
    {
        var group = app.MapGroup("/api/v1/skipper/preprocess").WithTags("preprocessing")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit));
        foreach (var kind in PreprocessCaller.Kinds)
        {
            group.MapPost($"/{kind}", (HttpRequest request, IArtifactStore artifacts, PreprocessCaller caller, CancellationToken token) =>
                    PreprocessAsync(kind, request, artifacts, caller, token))
                .AddEndpointFilter(new PushFilter(kind))
                .WithDocs(PreprocessDocs.Of(kind));
        }
    }

    private static async Task<IResult> PreprocessAsync(
        string kind, HttpRequest request, IArtifactStore artifacts, PreprocessCaller caller, CancellationToken cancellationToken)
    {
        var recipe = new JsonObject();
        foreach (var (name, value) in request.Query)
        {
            recipe[name] = Recipes.Value(value.ToString());
        }

        var digest = await FileUpload.StoreAsync(request, recipe, artifacts, cancellationToken);
        var array = await caller.CallAsync(kind, digest, recipe, strict: true, cancellationToken);
        return WantsFile(request)
            ? await FileAsync(array, kind == "text" ? NpzType : NpyType, request.HttpContext.Response, artifacts, cancellationToken)
            : Results.Json(array, MessageJson.Options);
    }

    private static bool WantsFile(HttpRequest request) => request.GetTypedHeaders().Accept.Any(
        type => type.MediaType.Equals(NpyType, StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals(NpzType, StringComparison.OrdinalIgnoreCase));

    private static async Task<IResult> FileAsync(
        PreprocessedArray array, string type, HttpResponse response, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        response.Headers.Append("X-Skipper-Artifact", array.Artifact);
        return Results.Stream(
            await artifacts.OpenAsync(array.Artifact, cancellationToken),
            type,
            entityTag: new EntityTagHeaderValue($"\"{array.Artifact}\""));
    }
}
