using Skipper.Testing;

namespace Skipper.Mesh.Tests.Distributed;

/// <summary>
/// Gateway and services as four processes, over a RabbitMQ and a PostgreSQL that no other test uses, each with an account that has the least
/// rights it needs (<c>deploy/roles</c>).
/// </summary>
public sealed class DistributedMesh : IAsyncLifetime
{
    private static readonly string[] Projects = ["Services.Data", "Services.Training", "Services.Serving", "Gateway"];

    private readonly Dictionary<string, ServiceProcess> _processes = [];
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private PrivateServers? _servers;

    internal PrivateServers Servers => _servers!;

    internal Uri Broker => new(_servers!.Environment["SKIPPER_TEST_RABBITMQ"]!);

    internal MeshClient Client { get; private set; } = null!;

    internal ServiceProcess this[string project] => _processes[project];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Starts what does not run: all at first, later what a failed test left dead. A fixture could not be skipped.
    /// </summary>
    internal async Task StartAsync()
    {
        _ = TestServers.RabbitMq;
        NativeLibraries.RequireXGBoost();
        if (_servers is null)
        {
            _servers = await PrivateServers.StartAsync(Token);
            await LeastRights.GrantAsync(_servers, Token);
        }

        foreach (var project in Projects)
        {
            if (!_processes.TryGetValue(project, out var process) || process.Process.HasExited)
            {
                Start(project, process?.Address);
            }
        }

        foreach (var process in _processes.Values)
        {
            await process.WaitForHttpAsync("/readyz", Token);
        }

        Client ??= new MeshClient(_processes["Gateway"].Address);
    }

    /// <summary>Kills a process (SIGKILL) and starts it again at the same address.</summary>
    internal async Task KillAndRestartAsync(string project)
    {
        var killed = _processes[project];
        await killed.DisposeAsync();
        Start(project, killed.Address);
        await _processes[project].WaitForHttpAsync("/readyz", Token);
    }

    /// <summary>Stops a process as an operator does (SIGTERM) and starts it again at the same address.</summary>
    internal async Task RestartAsync(string project)
    {
        Assert.Equal(0, await _processes[project].Process.TerminateAsync(Token));
        await KillAndRestartAsync(project);
    }

    /// <summary>One more worker beside that of the mesh; whoever starts it disposes it.</summary>
    internal async Task<ServiceProcess> StartAnotherAsync(string project)
    {
        var process = ServiceProcess.Start(project, Environment(project));
        await process.WaitForHttpAsync("/readyz", Token);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var process in _processes.Values)
        {
            await process.DisposeAsync();
        }

        if (_servers is not null)
        {
            await _servers.DisposeAsync();
        }

        await _storage.DisposeAsync();
    }

    private void Start(string project, Uri? address = null)
    {
        var environment = Environment(project);
        if (address is not null)
        {
            environment["ASPNETCORE_URLS"] = address.ToString();
        }

        _processes[project] = ServiceProcess.Start(project, environment);
    }

    private Dictionary<string, string?> Environment(string project) => new(LeastRights.Of(project, _servers!.Environment))
    {
        ["Skipper__DataDirectory"] = _storage.Folder,
        // A killed worker is given up after this time, which a test has to wait.
        ["Skipper__Runs__LeaseSeconds"] = "4",
    };
}
