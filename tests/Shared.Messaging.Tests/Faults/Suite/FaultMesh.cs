using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Faults.Suite;

/// <summary>A client and two workers, each a host of its own with connections of its own, through a proxy of its own.</summary>
internal sealed class FaultMesh : IAsyncDisposable
{
    public const int Workers = 2;
    public const int Concurrency = 32;

    private readonly List<IHost> _hosts = [];

    public string Queue { get; } = $"faults_{Guid.NewGuid():N}";

    public DeliveryLedger Ledger { get; } = new();

    public RunCounter Runs { get; } = new();

    public List<FaultyProxy> Proxies { get; } = [];

    public FaultyProxy ClientProxy => Proxies[0];

    public FaultyProxy WorkerProxy => Proxies[1];

    public IRpcClient Client => _hosts[0].Services.GetRequiredService<IRpcClient>();

    public static async Task<FaultMesh> StartAsync(Uri broker, bool waitUntilReady, CancellationToken cancellationToken)
    {
        var mesh = new FaultMesh();
        await mesh.AddAsync(broker, _ => { }, cancellationToken);
        for (var worker = 0; worker < Workers; worker++)
        {
            await mesh.AddAsync(
                broker,
                messaging => messaging
                    .Handle<Work, Work, WorkHandler>(mesh.Queue, "work")
                    .Concurrency(mesh.Queue, Concurrency),
                cancellationToken);
        }

        if (waitUntilReady)
        {
            await Task.WhenAll(mesh._hosts.Select(host =>
                host.Services.GetRequiredService<ITransport>().WaitUntilReadyAsync(cancellationToken)));
        }

        return mesh;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        foreach (var proxy in Proxies)
        {
            await proxy.DisposeAsync();
        }
    }

    private async Task AddAsync(Uri broker, Action<MessagingBuilder> register, CancellationToken cancellationToken)
    {
        var proxy = new FaultyProxy(broker.Host, broker.Port);
        Proxies.Add(proxy);
        var user = broker.UserInfo.Split(':');
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Skipper:Messaging:RabbitMq:Host"] = "127.0.0.1",
            ["Skipper:Messaging:RabbitMq:Port"] = $"{proxy.Port}",
            ["Skipper:Messaging:RabbitMq:User"] = user[0],
            ["Skipper:Messaging:RabbitMq:Password"] = user[1],
        });
        builder.Logging.ClearProviders();
        register(builder.AddMessaging());
        builder.Services.AddSingleton(Runs);
        builder.Services.AddSingleton(new WorkerName($"host {_hosts.Count}"));
        var transport = builder.Services.Last(service => service.ServiceType == typeof(ITransport));
        builder.Services.AddSingleton(provider => Ledger.Watch((ITransport)transport.ImplementationFactory!(provider)));
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(cancellationToken);
    }
}
