using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Services.Serving;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Bench.Serving;

/// <summary>The serving service as it is, on the broker, with a registry that knows one model.</summary>
internal sealed class ServingHost(IHost host, string folder) : IAsyncDisposable
{
    private static readonly CallOptions Patient = TimeSpan.FromSeconds(30);

    private readonly IRpcClient _client = host.Services.GetRequiredService<IRpcClient>();

    public static async Task<ServingHost> StartAsync(BenchModel model)
    {
        var folder = Directory.CreateTempSubdirectory("skipper-bench-").FullName;
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Skipper"] = null,
            ["Skipper:DataDirectory"] = folder,
            ["Skipper:Artifacts:Store"] = "filesystem",
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddServingService();
        builder.AddMessaging()
            .Handle<ListModels, ModelList, Registry>()
            .Handle<FindModel, ModelVersion, Registry>();
        var registry = new Registry();
        builder.Services.AddSingleton(registry);
        var host = builder.Build();
        using var file = new MemoryStream(model.File);
        registry.Model = BenchModel.Manifest(await host.Services.GetRequiredService<IArtifactStore>().PutAsync(file, CancellationToken.None));
        await host.StartAsync();
        var serving = new ServingHost(host, folder);
        await serving.UntilServedAsync(Request(model.Object(0)));
        return serving;
    }

    /// <summary>A request for one row, as the original engine's clients send it.</summary>
    public static byte[] Request(string row) =>
        System.Text.Encoding.UTF8.GetBytes($$"""{"task_type":"serving","model":"{{BenchModel.Name}}","data":{{row}}}""");

    /// <summary>A request for a bundle.</summary>
    public static byte[] Bundle(IEnumerable<string> rows) => System.Text.Encoding.UTF8.GetBytes(
        $$$"""{"task_type":"predict","data":{"model":"{{{BenchModel.Name}}}","rows":[{{{string.Join(',', rows)}}}]}}""");

    public Task<ReadOnlyMemory<byte>> CallAsync(byte[] body) => _client.CallAsync(Queues.Serving, body, Patient);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task UntilServedAsync(byte[] request)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CallAsync(request);
                return;
            }
            catch (MeshException) when (attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
        }
    }

    private sealed class Registry : IMessageHandler<ListModels, ModelList>, IMessageHandler<FindModel, ModelVersion>
    {
        public ModelVersion Model { get; set; } = null!;

        public Task<ModelList> HandleAsync(ListModels message, MessageContext context, CancellationToken cancellationToken) =>
            Task.FromResult(new ModelList { Models = [Model] });

        public Task<ModelVersion> HandleAsync(FindModel message, MessageContext context, CancellationToken cancellationToken) =>
            message.Data.Name == Model.Name ? Task.FromResult(Model) : throw MeshException.NotFound($"There is no {message.Data.Name}.");
    }
}
