using System.Text.RegularExpressions;

namespace Skipper.Testing;

/// <summary>
/// A broker or database of one test's own (<c>eng/servers.sh</c>), to be killed and restarted without harm to other
/// tests.
/// </summary>
public sealed partial class PrivateServers : IAsyncDisposable
{
    private static readonly string Script = FindScript();

    private PrivateServers(IReadOnlyDictionary<string, string?> environment) => Environment = environment;

    /// <summary>
    /// What <c>eng/servers.sh start</c> exports: the configuration of a service that uses these servers.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>Starts <c>broker</c>, <c>postgres</c> or, without a name, both.</summary>
    public static async Task<PrivateServers> StartAsync(CancellationToken cancellationToken, params string[] parts)
    {
        var lines = await RunAsync(["start", .. parts], new Dictionary<string, string?> { ["SKIPPER_SERVERS"] = null }, cancellationToken);
        return new PrivateServers(lines.Select(line => Export().Match(line)).Where(export => export.Success)
            .ToDictionary(export => export.Groups[1].Value, string? (export) => export.Groups[2].Value));
    }

    /// <summary>Runs another verb of the script, such as <c>restart-broker</c> or <c>stop-postgres</c>.</summary>
    public Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken, params string[] verb) =>
        RunAsync(verb, Environment, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await RunAsync(CancellationToken.None, "stop");

    private static async Task<IReadOnlyList<string>> RunAsync(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        await using var script = ChildProcess.Start("bash", [Script, .. arguments], environment);
        try
        {
            var code = await script.WaitForExitAsync(cancellationToken);
            return code == 0
                ? script.Lines
                : throw new InvalidOperationException($"{Script} {string.Join(' ', arguments)} failed:\n{script.Output}");
        }
        catch (OperationCanceledException)
        {
            // Killed, it could not stop what it has begun to start.
            await script.TerminateAsync(CancellationToken.None);
            throw;
        }
    }

    private static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "eng", "servers.sh");
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new FileNotFoundException($"Found no eng/servers.sh above {AppContext.BaseDirectory}");
    }

    [GeneratedRegex("^export ([A-Za-z_]+)='(.*)'$")]
    private static partial Regex Export();
}
