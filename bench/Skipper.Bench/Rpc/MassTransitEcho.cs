using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Skipper.Bench.Rpc;

/// <summary>MassTransit's request client and a consumer that responds, at the same prefetch.</summary>
internal sealed class MassTransitEcho(IHost host) : IEcho
{
    private readonly IRequestClient<EchoRequest> _client =
        host.Services.GetRequiredService<IBus>().CreateRequestClient<EchoRequest>();

    private static readonly EchoRequest Request = new("echo", "0.2", new EchoRow(6.575, 4.98, 296), "bench");

    public static async Task<MassTransitEcho> StartAsync()
    {
        var uri = new Uri(Environment.GetEnvironmentVariable("SKIPPER_TEST_RABBITMQ")!);
        var user = uri.UserInfo.Split(':');
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.UsingRabbitMq((_, configurator) =>
            {
                configurator.Host(uri.Host, (ushort)uri.Port, "/", host =>
                {
                    host.Username(user[0]);
                    host.Password(user[1]);
                });
                configurator.PrefetchCount = 256;
                configurator.ConcurrentMessageLimit = 256;
                configurator.ReceiveEndpoint($"bench_masstransit_{Guid.NewGuid():N}", endpoint =>
                {
                    endpoint.AutoDelete = true;
                    endpoint.Durable = false;
                    endpoint.Handler<EchoRequest>(context => context.RespondAsync(
                        new EchoReply(context.Message.TaskType, context.Message.Payload, context.Message.Data, context.Message.Description)));
                });
            });
        });
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        var host = builder.Build();
        await host.StartAsync();
        return new MassTransitEcho(host);
    }

    public Task CallAsync() => _client.GetResponse<EchoReply>(Request);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}

/// <summary>The same content as <see cref="RpcBench.Body"/>, as a message type.</summary>
public sealed record EchoRequest(string TaskType, string Payload, EchoRow Data, string Description);

/// <summary>A row.</summary>
public sealed record EchoRow(double Rm, double Lstat, double Tax);

/// <summary>The answer.</summary>
public sealed record EchoReply(string TaskType, string Payload, EchoRow Data, string Description);
