using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Npgsql;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>Gateways and workers as processes of one test, with a database and a task queue of its own.</summary>
internal sealed partial class CrashMesh : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(1) };

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly List<ServiceProcess> _processes = [];

    private CrashMesh(PrivateServers servers)
    {
        Servers = servers;
        ConnectionString = new NpgsqlConnectionStringBuilder(servers.Environment["SKIPPER_TEST_POSTGRES"]) { Database = Queue }.ToString();
    }

    public PrivateServers Servers { get; }

    public Uri Broker => new(Servers.Environment["SKIPPER_TEST_RABBITMQ"]!);

    /// <summary>Where the tasks of this test go; its database has the same name.</summary>
    public string Queue { get; } = $"crash_{Guid.NewGuid():N}";

    private string ConnectionString { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<CrashMesh> OpenAsync(PrivateServers servers)
    {
        var mesh = new CrashMesh(servers);
        await mesh.CreateDatabaseAsync();

        // What an earlier test said too late is not for the gateways of this one.
        await using var hand = await mesh.ConnectAsync();
        await hand.DeleteAsync(Queues.Results);
        await hand.DeleteAsync(Queues.Control);
        return mesh;
    }

    /// <summary>Starts a gateway.</summary>
    /// <param name="address">Where it listens, if it takes the place of another.</param>
    /// <param name="broker">What stands between it and the broker.</param>
    /// <param name="settings">More of <c>Skipper:Runs</c>.</param>
    public async Task<ServiceProcess> StartGatewayAsync(
        Uri? address = null, FaultyProxy? broker = null, params (string Name, double Value)[] settings)
    {
        var environment = Environment();
        environment["ConnectionStrings__Skipper"] = ConnectionString;
        environment["Skipper__Tasks__hold__Queue"] = Queue;

        // A test that is about leases says how long they are; in any other no slow machine may make a worker look dead.
        environment["Skipper__Runs__LeaseSeconds"] = "600";
        foreach (var (name, value) in settings)
        {
            environment[$"Skipper__Runs__{name}"] = value.ToString(CultureInfo.InvariantCulture);
        }

        if (broker is not null)
        {
            environment["RABBITMQ_PORT"] = broker.Port.ToString(CultureInfo.InvariantCulture);
        }

        if (address is not null)
        {
            environment["ASPNETCORE_URLS"] = address.ToString();
        }

        return await StartAsync("Gateway", environment);
    }

    /// <summary>Starts a worker that holds what it takes until it is released.</summary>
    public async Task<HoldWorker> StartWorkerAsync(int concurrency = 1)
    {
        var release = Path.Combine(_storage.Folder, $"release-{Guid.NewGuid():N}");
        var environment = Environment();
        environment["HoldWorker__Queue"] = Queue;
        environment["HoldWorker__Concurrency"] = concurrency.ToString(CultureInfo.InvariantCulture);
        environment["HoldWorker__Release"] = release;
        return new HoldWorker(await StartAsync("tests/HoldWorker", environment), release);
    }

    /// <summary>Starts a serving worker with a model that crashes for one input, without waiting until it is ready.</summary>
    public ServiceProcess StartFragileWorker()
    {
        var process = ServiceProcess.Start("tests/FragileWorker", Environment());
        _processes.Add(process);
        return process;
    }

    /// <summary>A connection to the broker, for what a test does there with its own hands.</summary>
    public Task<BrokerHand> ConnectAsync() => BrokerHand.ConnectAsync(Broker);

    public FaultyProxy ProxyBroker() => new(Broker.Host, Broker.Port);

    /// <summary>Asks a gateway to start a run.</summary>
    public static async Task<Guid> SubmitAsync(Uri gateway, string? key = null, CancellationToken? patience = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "/api/v1/skipper/tasks/execute_async"))
        {
            Content = new StringContent("""{"task_type":"hold","payload":""}""", Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await Http.SendAsync(request, patience ?? Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, body);
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("task_id").GetGuid();
    }

    /// <summary>Asks a gateway to cancel a run, and returns the state it answers.</summary>
    public static async Task<string> CancelAsync(Uri gateway, Guid run)
    {
        using var response = await Http.PostAsync(new Uri(gateway, $"/api/v1/skipper/runs/{run}/cancel"), null, Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, body);
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("state").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _storage.DisposeAsync();
    }

    private Dictionary<string, string?> Environment()
    {
        Directory.CreateDirectory(_storage.Folder);
        return new Dictionary<string, string?>(Servers.Environment) { ["Skipper__DataDirectory"] = _storage.Folder };
    }

    private async Task<ServiceProcess> StartAsync(string project, Dictionary<string, string?> environment)
    {
        var process = ServiceProcess.Start(project, environment);
        _processes.Add(process);
        await process.WaitForHttpAsync("/readyz", Token);
        return process;
    }
}
