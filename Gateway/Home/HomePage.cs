namespace Skipper.Gateway.Home;

/// <summary>The page at <c>/</c>: what this is, how it is, and what to try first.</summary>
internal static class HomePage
{
    private static readonly byte[] Html = Read();

    public static void MapHome(this WebApplication app) =>
        app.MapGet("/", () => Results.Bytes(Html, "text/html; charset=utf-8")).ExcludeFromDescription();

    private static byte[] Read()
    {
        using var stream = typeof(HomePage).Assembly.GetManifestResourceStream("Skipper.Gateway.Home.index.html")
            ?? throw new InvalidOperationException("Home/index.html is not embedded.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
