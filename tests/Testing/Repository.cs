namespace Skipper.Testing;

/// <summary>The working copy that the tests were built in.</summary>
public static class Repository
{
    /// <summary>The path of one of its files, such as <c>docs/api.md</c>.</summary>
    public static string File(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Skipper.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No Skipper.sln above {AppContext.BaseDirectory}.");
        }

        return Path.Combine(folder.FullName, path);
    }
}
