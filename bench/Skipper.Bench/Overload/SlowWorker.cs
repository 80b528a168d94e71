using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Bench.Overload;

/// <summary>A worker that takes a fixed time for each message, so that what it can do is known.</summary>
internal sealed class SlowWorker(IHost host, string queue) : IAsyncDisposable
{
    public string Queue => queue;

    public static async Task<SlowWorker> StartAsync(int concurrency, TimeSpan serviceTime)
    {
        var queue = $"bench_slow_{Guid.NewGuid():N}";
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(new ServiceTime(serviceTime));
        builder.AddMessaging()
            .Handle<RawJson, RawJson, SlowHandler>(queue, "echo")
            .Concurrency(queue, concurrency);
        var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<ITransport>().WaitUntilReadyAsync(CancellationToken.None);
        return new SlowWorker(host, queue);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    internal sealed record ServiceTime(TimeSpan Value);

    private sealed class SlowHandler(ServiceTime service, TimeProvider time) : IMessageHandler<RawJson, RawJson>
    {
        public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(service.Value, time, cancellationToken);
            return message;
        }
    }
}
