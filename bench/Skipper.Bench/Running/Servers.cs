using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Skipper.Bench.Running;

/// <summary>The RabbitMQ and PostgreSQL of a run: those in the environment, or private ones that end with it.</summary>
internal sealed partial class Servers : IAsyncDisposable
{
    private readonly string? _started;

    private Servers(string? started) => _started = started;

    public static async Task<Servers> UseAsync()
    {
        if (Environment.GetEnvironmentVariable("SKIPPER_TEST_RABBITMQ") is not null)
        {
            return new Servers(null);
        }

        var exports = await ScriptAsync("start");
        foreach (Match export in ExportLine().Matches(exports))
        {
            Environment.SetEnvironmentVariable(export.Groups["name"].Value, export.Groups["value"].Value);
        }

        return new Servers(Environment.GetEnvironmentVariable("SKIPPER_SERVERS"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_started is not null)
        {
            await ScriptAsync("stop");
        }
    }

    private static async Task<string> ScriptAsync(string verb)
    {
        using var script = Process.Start(new ProcessStartInfo("bash", ["eng/servers.sh", verb])
        {
            WorkingDirectory = RepositoryRoot(),
            RedirectStandardOutput = true,
        })!;
        var output = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return script.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"bash eng/servers.sh {verb} ended with exit code {script.ExitCode}.");
    }

    /// <summary>The folder with Skipper.sln.</summary>
    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Skipper.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Skipper.sln was not found above the benchmark: run it from its repository.");
    }

    [GeneratedRegex("^export (?<name>\\w+)='(?<value>[^']*)'", RegexOptions.Multiline)]
    private static partial Regex ExportLine();
}
