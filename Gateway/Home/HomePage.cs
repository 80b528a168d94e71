namespace Skipper.Gateway.Home;

/// <summary>The page at <c>/</c>: what this is, how it is, and what to try first.</summary>
internal static class HomePage
{
    public static void MapHome(this WebApplication app)
    {
        app.MapFile("/", "index.html", "text/html; charset=utf-8");
        app.MapFile("/home.js", "home.js", "text/javascript; charset=utf-8");
    }

    private static void MapFile(this WebApplication app, string path, string name, string type)
    {
        var file = Read(name);
        app.MapGet(path, () => Results.Bytes(file, type)).AllowAnonymous().ExcludeFromDescription();
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(HomePage).Assembly.GetManifestResourceStream($"Skipper.Gateway.Home.{name}")
            ?? throw new InvalidOperationException($"Home/{name} is not embedded.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
