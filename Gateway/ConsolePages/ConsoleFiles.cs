using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Skipper.Gateway.ConsolePages;

/// <summary>
/// The console at <c>/</c>: static files that come with the program. They show nothing by themselves, so everybody may read them; what
/// they show they ask of the API, with the key of whoever looks.
/// </summary>
internal static class ConsoleFiles
{
    private const string Prefix = "Skipper.Gateway.ConsolePages.";

    public static void MapConsole(this WebApplication app)
    {
        foreach (var resource in typeof(ConsoleFiles).Assembly.GetManifestResourceNames())
        {
            if (resource.StartsWith(Prefix, StringComparison.Ordinal))
            {
                var name = resource[Prefix.Length..];
                app.MapFile(name == "index.html" ? "/" : $"/console/{name}", resource, TypeOf(name));
            }
        }
    }

    private static void MapFile(this WebApplication app, string path, string resource, string type)
    {
        var file = Read(resource);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(file).AsSpan(0, 8))}\"");

        // Asked for each time and sent once: a browser never mixes the files of two versions.
        app.MapGet(path, (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "no-cache";
                return Results.Bytes(file, type, entityTag: tag);
            })
            .AllowAnonymous()
            .ExcludeFromDescription();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/javascript; charset=utf-8",
    };

    private static byte[] Read(string resource)
    {
        using var stream = typeof(ConsoleFiles).Assembly.GetManifestResourceStream(resource)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
