namespace Skipper.Testing;

/// <summary>The files of the folder <c>samples</c>.</summary>
public static class SampleFile
{
    /// <summary>Where a file is.</summary>
    /// <param name="path">Such as <c>workflows/weather.yaml</c>.</param>
    public static string Find(string path) => Repository.File(Path.Combine("samples", path));
}
