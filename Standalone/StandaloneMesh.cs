using Microsoft.Extensions.Configuration.Memory;
using Skipper.Gateway;
using Skipper.Services.Data;
using Skipper.Services.Serving;
using Skipper.Services.Training;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Standalone;

/// <summary>Gateway and services in one process, over the in-process transport.</summary>
internal static class StandaloneMesh
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?> { ["Skipper:Messaging:Transport"] = "inprocess" },
        });
        builder.AddServiceDefaults("http://127.0.0.1:8080");
        configure?.Invoke(builder);

        builder.AddGateway();
        builder.AddDataService();
        builder.AddTrainingService();
        builder.AddServingService();

        var app = builder.Build();
        app.MapGateway();
        return app;
    }

    /// <summary>Serves until Ctrl+C or SIGTERM.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using var app = Build(args);
        using var directory = DataDirectory.TryLock(app.Configuration);
        if (directory is null)
        {
            Console.Error.WriteLine(
                $"Another Skipper runs in {DataDirectory.Path(app.Configuration)}. Stop it, or name another directory with --Skipper:DataDirectory DIR.");
            return 1;
        }

        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var url = app.Urls.First();
            Console.WriteLine($"Skipper is ready on {url} (API: {url}/swagger, data in {directory.FullPath}). Ctrl+C stops it.");
        });
        await app.RunAsync();
        return 0;
    }
}
