using System.Collections;
using System.Net;

namespace Skipper.Testing;

/// <summary>One of our services as a real process, built in the same configuration as the test.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    // What configures a service must come from the test, not from the shell that runs the tests.
    private static readonly string[] NotInherited =
        ["Skipper__", "ConnectionStrings__", "RABBITMQ_", "ASPNETCORE_", "SKIPPER_", "DOTNET_ENVIRONMENT", "DOTNET_STARTUP_HOOKS"];

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private ServiceProcess(ChildProcess process, Uri address)
    {
        Process = process;
        Address = address;
    }

    /// <summary>The process, with its output.</summary>
    public ChildProcess Process { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts a service.</summary>
    /// <param name="project">Folder of the project, such as <c>Gateway</c> or <c>tests/HoldWorker</c>; the test project must
    /// reference it.</param>
    /// <param name="environment">
    /// Its configuration, <c>Skipper__DataDirectory</c> included. <c>ASPNETCORE_URLS</c>, where present, is one address: starting
    /// again with the address of a killed process takes its place.
    /// </param>
    /// <param name="arguments">Command line.</param>
    public static ServiceProcess Start(
        string project, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        if (!environment.ContainsKey("Skipper__DataDirectory"))
        {
            throw new ArgumentException("Skipper__DataDirectory must be set, to a folder of this test", nameof(environment));
        }

        var address = environment.GetValueOrDefault("ASPNETCORE_URLS") ?? $"http://127.0.0.1:{FreePort.Next()}";
        var all = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (string)entry.Key)
            .Where(name => NotInherited.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .ToDictionary(name => name, _ => (string?)null);
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        all["ASPNETCORE_URLS"] = address;
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var process = ChildProcess.Start(dotnet, ["exec", AssemblyOf(project), .. arguments], all);
        return new ServiceProcess(process, new Uri(address));
    }

    /// <summary>
    /// Completes when a path answers with a success status; fails, with all output, when the process ends before.
    /// </summary>
    public Task WaitForHttpAsync(string path, CancellationToken cancellationToken) => Process.WaitUntilAsync(
        async () => (await StatusOfAsync(path, cancellationToken)) is >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous,
        $"{new Uri(Address, path)} answers with success",
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private async Task<HttpStatusCode?> StatusOfAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(Address, path), cancellationToken);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // From tests/X.Tests/bin/Debug/net10.0/ to Project/bin/Debug/net10.0/Skipper.Project.dll.
    private static string AssemblyOf(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = output.Parent!;
        var root = configuration.Parent!.Parent!.Parent!.Parent!;
        var path = Path.Combine(root.FullName, project, "bin", configuration.Name, output.Name, $"Skipper.{Path.GetFileName(project)}.dll");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is not built; the test project must reference {project}", path);
    }
}
