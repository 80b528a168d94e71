using System.Text;
using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Quality;

/// <summary>Standards and expectation suites over HTTP; a dataset is checked by those that are named as it is.</summary>
internal static class DeclarationEndpoints
{
    private const int BodyLimit = 1024 * 1024;
    private const string Yaml = "application/yaml";

    public static void MapDeclarations(this WebApplication app)
    {
        Map(app, "standards", "standard");
        Map(app, "suites", "suite");
    }

    private static void Map(WebApplication app, string path, string kind)
    {
        var group = app.MapGroup($"/api/v1/skipper/{path}").WithTags("quality");
        group.MapPut(
                "/{name}",
                (string name,
                    [FromQuery(Name = "validate_only")] bool? validateOnly,
                    HttpRequest request,
                    IRpcClient rpc,
                    CancellationToken token) => PutAsync(kind, path, name, validateOnly ?? false, request, rpc, token))
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).WithDocs(DeclarationDocs.Put(kind));
        group.MapGet("/", (IRpcClient rpc, CancellationToken token) => ListAsync(kind, rpc, token)).WithDocs(DeclarationDocs.List(kind));
        group.MapGet(
                "/{name}",
                (string name, int? version, HttpRequest request, IRpcClient rpc, CancellationToken token) =>
                    FindAsync(kind, name, version, request, rpc, token))
            .WithDocs(DeclarationDocs.Find(kind));
    }

    private static async Task<IResult> PutAsync(
        string kind, string path, string name, bool validateOnly, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        string source;
        try
        {
            source = new UTF8Encoding(false, true).GetString(body.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new BadHttpRequestException($"The {kind} is not UTF-8 text.");
        }

        var message = new PutDeclaration { Data = new() { Kind = kind, Name = name, Source = source, ValidateOnly = validateOnly } };
        var version = await rpc.CallAsync(message, null, cancellationToken);
        if (!validateOnly)
        {
            request.HttpContext.Response.Headers.Location =
                $"{request.PathBase}/api/v1/skipper/{path}/{version.Name}?version={version.Version}";
        }

        return Results.Json(version, MessageJson.Options);
    }

    private static async Task<IResult> ListAsync(string kind, IRpcClient rpc, CancellationToken cancellationToken) => Results.Json(
        await rpc.CallAsync(new ListDeclarations { Data = new() { Kind = kind } }, null, cancellationToken), MessageJson.Options);

    /// <summary>As JSON, or the YAML itself where that is asked for.</summary>
    private static async Task<IResult> FindAsync(
        string kind, string name, int? version, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var found = await rpc.CallAsync(
            new FindDeclaration { Data = new() { Kind = kind, Name = name, Version = version } }, null, cancellationToken);
        return request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType.Equals(Yaml, StringComparison.OrdinalIgnoreCase))
            ? Results.Text(found.Source, Yaml, Encoding.UTF8)
            : Results.Json(found, MessageJson.Options);
    }
}
