using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Bench.Rpc;

/// <summary>Ours: the library as services use it.</summary>
internal sealed class SkipperEcho(IHost host, string queue) : IEcho
{
    private readonly IRpcClient _client = host.Services.GetRequiredService<IRpcClient>();

    public string Queue => queue;

    /// <param name="concurrency">How many messages its worker has in hand.</param>
    public static async Task<SkipperEcho> StartAsync(int concurrency = 256)
    {
        var queue = $"bench_echo_{Guid.NewGuid():N}";
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddMessaging()
            .Handle<RawJson, RawJson, EchoHandler>(queue, "echo")
            .Concurrency(queue, concurrency);
        var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<ITransport>().WaitUntilReadyAsync(CancellationToken.None);
        return new SkipperEcho(host, queue);
    }

    public Task CallAsync() => _client.CallAsync(queue, RpcBench.Body);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    private sealed class EchoHandler : IMessageHandler<RawJson, RawJson>
    {
        public Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(message);
    }
}
