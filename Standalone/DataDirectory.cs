namespace Skipper.Standalone;

/// <summary>
/// The data directory, locked: two processes on one would each take the other's unfinished runs for those of a dead process,
/// because an in-process worker lives and dies with its gateway.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream file) => (FullPath, _lock) = (path, file);

    public string FullPath { get; }

    public static string Path(IConfiguration configuration) =>
        System.IO.Path.GetFullPath(configuration["Skipper:DataDirectory"] ?? ".skipper");

    /// <summary>Null where another process holds it.</summary>
    public static DataDirectory? TryLock(IConfiguration configuration)
    {
        var path = Path(configuration);
        Directory.CreateDirectory(path);
        try
        {
            return new DataDirectory(path, new FileStream(
                System.IO.Path.Combine(path, "standalone.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _lock.Dispose();
}
