namespace Skipper.Testing;

/// <summary>The files of the folder <c>samples</c>.</summary>
public static class SampleFile
{
    /// <summary>Where a file is.</summary>
    /// <param name="path">Such as <c>workflows/weather.yaml</c>.</param>
    public static string Find(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Skipper.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"Found no Skipper.sln above {AppContext.BaseDirectory}");
        }

        return Path.Combine(folder.FullName, "samples", path);
    }
}
