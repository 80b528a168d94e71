using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Soak.Suite;

/// <summary>Two gateways and two workers as processes, over a RabbitMQ and a PostgreSQL of their own; all may be killed.</summary>
internal sealed class SoakMesh : IAsyncDisposable
{
    public const string Broker = "broker";
    public static readonly IReadOnlyList<string> Gateways = ["gateway 1", "gateway 2"];
    public static readonly IReadOnlyList<string> Targets = [.. Gateways, "worker 1", "worker 2", Broker];

    private static readonly string Workflow = """
        name: soak
        inputs: { key: { type: string, default: none } }
        steps:
          first:  { task: soak, queue: soak, with: { key: "${{ inputs.key }}", after: "" } }
          second: { task: soak, queue: soak, needs: [first], with: { key: "${{ inputs.key }}", after: "${{ steps.first.output.effect }}" } }
          third:
            task: soak
            queue: soak
            needs: [second]
            with: { key: "${{ inputs.key }}", after: "${{ steps.second.output.effect }}" }
        """;

    private readonly ConcurrentDictionary<string, ServiceProcess> _processes = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("skipper-soak-").FullName;
    private readonly PrivateServers _servers;
    private int _stale;

    private SoakMesh(PrivateServers servers) => _servers = servers;

    public string Database => _servers.Environment["SKIPPER_TEST_POSTGRES"]!;

    /// <summary>Results that came too late to count, as far as killed gateways could still say so.</summary>
    public int StaleResults => _stale + _processes.Values.Sum(Stale);

    /// <summary>What workers say they executed.</summary>
    public IEnumerable<string> Executed => Directory.EnumerateFiles(_folder, "*.effects").SelectMany(File.ReadLines);

    public static async Task<SoakMesh> StartAsync(CancellationToken cancellationToken)
    {
        var mesh = new SoakMesh(await PrivateServers.StartAsync(cancellationToken));
        try
        {
            foreach (var target in Targets.Where(target => target != Broker))
            {
                await mesh.StartAsync(target, cancellationToken);
            }

            foreach (var process in mesh._processes.Values)
            {
                await process.WaitForHttpAsync("/readyz", cancellationToken);
            }

            await mesh.PutWorkflowAsync(cancellationToken);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    public Uri AddressOf(string gateway) => _processes[gateway].Address;

    /// <summary>Ends a process at once (SIGKILL).</summary>
    public async Task KillAsync(string target)
    {
        if (target == Broker)
        {
            await _servers.RunAsync(CancellationToken.None, "kill-broker");
            return;
        }

        await _processes[target].Process.KillAsync();
    }

    /// <summary>Starts a process, where it was before it was killed.</summary>
    public async Task StartAsync(string target, CancellationToken cancellationToken)
    {
        if (target == Broker)
        {
            await _servers.RunAsync(cancellationToken, "start-broker");
            return;
        }

        var environment = new Dictionary<string, string?>(_servers.Environment)
        {
            ["Skipper__DataDirectory"] = _folder,
            // What a killed worker had in hand is given up after this time, which the soak has to wait.
            ["Skipper__Runs__LeaseSeconds"] = "4",
        };
        if (_processes.TryGetValue(target, out var before))
        {
            environment["ASPNETCORE_URLS"] = before.Address.ToString();
            Interlocked.Add(ref _stale, Stale(before));
            await before.DisposeAsync();
        }

        _processes[target] = ServiceProcess.Start(Gateways.Contains(target) ? "Gateway" : "tests/Soak.Worker", environment);
    }

    /// <summary>What a process that was not killed had to say at its end; null where all are there.</summary>
    public string? Ended() => _processes.Where(process => process.Value.Process.HasExited)
        .Select(process => $"{process.Key} has ended:\n{process.Value.Process.Output}").FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
        {
            await process.DisposeAsync();
        }

        await _servers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static int Stale(ServiceProcess process) =>
        process.Process.Lines.Count(line => line.EndsWith(": Stale", StringComparison.Ordinal));

    private async Task PutWorkflowAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = AddressOf(Gateways[0]) };
        using var content = new StringContent(Workflow, Encoding.UTF8, "application/yaml");
        using var response = await http.PutAsync(new Uri("/api/v1/skipper/workflows/soak", UriKind.Relative), content, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Created)
        {
            throw new InvalidOperationException($"The workflow was refused: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
