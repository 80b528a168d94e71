namespace Skipper.Testing;

/// <summary>Reference data that some working copies have beside them (<c>../shared/data</c>).</summary>
public static class ReferenceData
{
    /// <summary>The path of a file below <c>shared/data</c>; skips the test where it is absent.</summary>
    public static string Find(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", file);
            if (Path.Exists(candidate))
            {
                return candidate;
            }
        }

        Assert.Skip($"No shared/data/{file} beside this working copy.");
        return "";
    }
}
