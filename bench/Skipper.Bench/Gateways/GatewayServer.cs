using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skipper.Gateway;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Bench.Gateways;

/// <summary>Our gateway, with its database, on a free port of loopback.</summary>
internal sealed class GatewayServer(WebApplication app) : IAsyncDisposable
{
    public Uri Endpoint { get; } = new(new Uri(app.Urls.Single()), "/api/v1/skipper/tasks/execute_sync");

    /// <summary>Starts it with one more task type, <c>echo</c>, that goes to a queue.</summary>
    public static async Task<GatewayServer> StartAsync(string queue, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
        {
            ["Skipper:Tasks:echo:Queue"] = queue,
            ["Skipper:DataDirectory"] = Directory.CreateTempSubdirectory("skipper-bench").FullName,
        });
        builder.AddGateway();
        var app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
        await app.Services.GetRequiredService<ITransport>().WaitUntilReadyAsync(CancellationToken.None);
        return new GatewayServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
