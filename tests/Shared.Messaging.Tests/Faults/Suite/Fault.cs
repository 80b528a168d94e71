using RabbitMQ.Client;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Faults.Suite;

/// <summary>A fault, and how to bring it about.</summary>
/// <param name="Name">What people read in the table.</param>
/// <param name="InjectAsync">Brings it about, and returns when the broker is back.</param>
internal sealed record Fault(string Name, Func<FaultContext, Task> InjectAsync)
{
    /// <summary>Before the mesh starts; absent = the broker is there.</summary>
    public Func<FaultContext, Task>? PrepareAsync { get; init; }

    /// <summary>When all is over; absent = the fault leaves nothing behind.</summary>
    public Func<FaultContext, Task>? CleanUpAsync { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("broker restarted", context => context.ServersAsync("restart-broker")),
        new("broker killed and started", async context =>
        {
            await context.ServersAsync("kill-broker");
            await context.ServersAsync("start-broker");
        }),
        new("connections closed by the broker", context => context.RepeatAsync(
            3, () => context.ServersAsync("broker-ctl", "close_all_connections", "fault suite"))),
        new("connections cut", context => context.RepeatAsync(3, () =>
        {
            context.Mesh.Proxies.ForEach(proxy => proxy.Cut());
            return Task.CompletedTask;
        })),
        new("queue deleted under its consumers", context => context.RepeatAsync(3, () => DeleteQueueAsync(context))),
        new("channels closed by the broker (406)", context => context.RepeatAsync(
            2, () => context.Load.CallOnceAsync(takes: 4_000, TimeSpan.FromSeconds(3))))
        {
            PrepareAsync = context => SetConsumerTimeoutAsync(context, "1000", tick: "200"),
            CleanUpAsync = context => SetConsumerTimeoutAsync(context, "1800000", tick: "60000"),
        },
        new("memory alarm", async context =>
        {
            await context.ServersAsync("broker-ctl", "set_vm_memory_high_watermark", "0.00001");
            await context.WaitAsync();
            await context.ServersAsync("broker-ctl", "set_vm_memory_high_watermark", "0.4");
        }),
        new("half-open TCP at the client", context =>
        {
            context.Mesh.ClientProxy.Freeze();
            return Task.CompletedTask;
        }),
        new("half-open TCP at a worker", context =>
        {
            context.Mesh.WorkerProxy.Freeze();
            return Task.CompletedTask;
        }),
        new("broker away", async context =>
        {
            await context.ServersAsync("stop-broker");
            await context.WaitAsync();
            await context.ServersAsync("start-broker");
        }),
        new("broker away at start", async context =>
        {
            await context.WaitAsync();
            await context.ServersAsync("start-broker");
        })
        {
            PrepareAsync = context => context.ServersAsync("stop-broker"),
        },
    ];

    public override string ToString() => Name;

    private static async Task DeleteQueueAsync(FaultContext context)
    {
        await using var connection = await new ConnectionFactory { Uri = context.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync(context.Mesh.Queue);
    }

    // A delivery that is not acknowledged in time costs its whole channel; the broker's own default is half an hour.
    private static Task SetConsumerTimeoutAsync(FaultContext context, string milliseconds, string tick) => context.ServersAsync(
        "broker-ctl",
        "eval",
        $"application:set_env(rabbit, consumer_timeout, {milliseconds}), application:set_env(rabbit, channel_tick_interval, {tick}).");
}

/// <summary>What a fault has to work with.</summary>
internal sealed record FaultContext(PrivateServers Servers, TimeSpan Outage, TimeProvider Time, CancellationToken CancellationToken)
{
    public FaultMesh Mesh { get; set; } = null!;

    public FaultLoad Load { get; set; } = null!;

    public Uri Broker => new(Servers.Environment["SKIPPER_TEST_RABBITMQ"]!);

    /// <summary>How long the broker stays away.</summary>
    public Task WaitAsync() => Task.Delay(Outage, Time, CancellationToken);

    /// <summary>Runs a verb of <c>eng/servers.sh</c>.</summary>
    public Task ServersAsync(params string[] verb) => Servers.RunAsync(CancellationToken, verb);

    /// <summary>Strikes again as soon as traffic flows.</summary>
    public async Task RepeatAsync(int times, Func<Task> strikeAsync)
    {
        for (var i = 0; i < times; i++)
        {
            var answered = Load.Answered;
            await Eventually.TrueAsync(() => Load.Answered > answered + 100, "traffic flows between two strikes", CancellationToken);
            await strikeAsync();
        }
    }
}
