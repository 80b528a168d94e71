namespace Skipper.Testing;

/// <summary>Reference data that some working copies have beside them (<c>../shared/data</c>).</summary>
public static class SharedData
{
    /// <summary>The path of a file or folder below <c>shared/data</c>; null where it is absent.</summary>
    public static string? Find(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", relative);
            if (Path.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
