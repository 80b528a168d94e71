using Skipper.Testing;

namespace Skipper.Bench.Running;

/// <summary>Debian packages that peers need.</summary>
internal static class Packages
{
    /// <summary>Installs what is missing, where it may.</summary>
    /// <exception cref="InvalidOperationException">Packages are missing and this user may not install them.</exception>
    public static async Task InstallAsync(params string[] packages)
    {
        await using var script = ChildProcess.Start(
            "bash", [Path.Combine(Servers.RepositoryRoot(), "eng", "packages.sh"), .. packages], new Dictionary<string, string?>());
        if (await script.WaitForExitAsync(CancellationToken.None) != 0)
        {
            throw new InvalidOperationException($"This bench needs {string.Join(", ", packages)}.\n{script.Output}");
        }
    }
}
