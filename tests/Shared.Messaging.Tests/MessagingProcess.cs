using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Transports;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests;

/// <summary>A process of the mesh in miniature: the library as a service hosts it.</summary>
internal sealed class MessagingProcess : IAsyncDisposable
{
    private static readonly Dictionary<string, string?> Nothing = [];

    private readonly IHost _host;
    private Task? _stop;

    private MessagingProcess(IHost host) => _host = host;

    public IRpcClient Client => _host.Services.GetRequiredService<IRpcClient>();

    public ITransport Transport => _host.Services.GetRequiredService<ITransport>();

    public IServiceProvider Services => _host.Services;

    public static Task<MessagingProcess> StartInProcessAsync(
        Action<MessagingBuilder> register,
        Action<IServiceCollection>? services = null,
        IReadOnlyDictionary<string, string?>? settings = null) =>
        StartAsync(new(settings ?? Nothing) { ["Skipper:Messaging:Transport"] = "inprocess" }, register, services);

    /// <summary>Over the real broker, or through a proxy in front of it.</summary>
    public static Task<MessagingProcess> StartRabbitMqAsync(
        Action<MessagingBuilder> register,
        int? port = null,
        Action<IServiceCollection>? services = null,
        bool waitUntilReady = true,
        IReadOnlyDictionary<string, string?>? settings = null)
    {
        var broker = TestServers.RabbitMq;
        var user = broker.UserInfo.Split(':');
        return StartAsync(
            new(settings ?? Nothing)
            {
                ["Skipper:Messaging:RabbitMq:Host"] = broker.Host,
                ["Skipper:Messaging:RabbitMq:Port"] = $"{port ?? broker.Port}",
                ["Skipper:Messaging:RabbitMq:User"] = user[0],
                ["Skipper:Messaging:RabbitMq:Password"] = user[1],
            },
            register,
            services,
            waitUntilReady);
    }

    public Task StopAsync() => _stop ??= _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _host.Dispose();
    }

    private static async Task<MessagingProcess> StartAsync(
        Dictionary<string, string?> settings,
        Action<MessagingBuilder> register,
        Action<IServiceCollection>? services,
        bool waitUntilReady = true)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        register(builder.AddMessaging());
        services?.Invoke(builder.Services);
        var process = new MessagingProcess(builder.Build());
        await process._host.StartAsync(TestContext.Current.CancellationToken);
        if (waitUntilReady)
        {
            await process.Transport.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        }

        return process;
    }
}
