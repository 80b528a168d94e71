using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Gateway.Jobs;
using Skipper.Shared.Storage;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Jobs;

/// <summary>A process with a job engine, whose firings are handed to a function.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly IHost _host;

    private EngineHost(TestStorage storage, Func<JobFiring, Task> handle)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Logging.ClearProviders();
        builder.AddDatabase(GatewayService.Schema, typeof(GatewayService).Assembly);
        builder.AddJobs();
        builder.Services.AddKeyedSingleton<IJobHandler>(Ticket("").Handler, new Handler(handle));
        _host = builder.Build();
    }

    public IJobEngine Engine => _host.Services.GetRequiredService<IJobEngine>();

    public static JobTicket Ticket(string name) => new("test", name);

    public static async Task<EngineHost> StartAsync(TestStorage storage, Func<JobFiring, Task> handle)
    {
        var host = new EngineHost(storage, handle);
        await host._host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private sealed class Handler(Func<JobFiring, Task> handle) : IJobHandler
    {
        public Task HandleAsync(JobFiring firing, CancellationToken cancellationToken) => handle(firing);
    }
}
