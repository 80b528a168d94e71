namespace Skipper.Testing;

/// <summary>The data of <see cref="SharedData"/>, for tests that cannot run without it.</summary>
public static class ReferenceData
{
    /// <summary>The path of a file below <c>shared/data</c>; skips the test where it is absent.</summary>
    public static string Find(string file)
    {
        var path = SharedData.Find(file);
        Assert.SkipWhen(path is null, $"No shared/data/{file} beside this working copy.");
        return path!;
    }
}
