using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Shared.Storage.Databases;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests;

/// <summary>The data service in a process of its own, on the storage of a test; its events are kept.</summary>
internal sealed class DataHost : IAsyncDisposable
{
    private readonly IHost _host;

    public DataHost(TestStorage storage, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration["Skipper:Messaging:Transport"] = "inprocess";
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders();
        builder.AddDataService();
        builder.Services.AddSingleton<IEventBus>(Events);
        _host = builder.Build();
    }

    public IServiceProvider Services => _host.Services;

    public RecordingBus Events { get; } = new();

    public IArtifactStore Artifacts => _host.Services.GetRequiredService<IArtifactStore>();

    public DatasetStore Datasets => _host.Services.GetRequiredService<DatasetStore>();

    public Database Database => _host.Services.GetRequiredKeyedService<Database>(DataService.Schema);

    public IRpcClient Rpc => _host.Services.GetRequiredService<IRpcClient>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public Task StartAsync() => _host.StartAsync(Token);

    public async Task<DatasetVersion> ImportAsync(string name, string csv)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var artifact = await Artifacts.PutAsync(content, Token);
        return await Rpc.CallAsync(
            new ImportDataset { Data = new ImportDataset.ImportSource { Name = name, Artifact = artifact } },
            cancellationToken: Token);
    }

    /// <summary>Sends JSON as it is to the data queue and returns the answer.</summary>
    public async Task<JsonElement> CallAsync(string json)
    {
        var reply = await Rpc.CallAsync(Queues.Data, Encoding.UTF8.GetBytes(json), cancellationToken: Token);
        return JsonSerializer.Deserialize<JsonElement>(reply.Span, MessageJson.Options);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    /// <summary>Keeps events, or fails to publish them.</summary>
    internal sealed class RecordingBus : IEventBus
    {
        private readonly ConcurrentQueue<object> _published = new();

        public bool Broken { get; set; }

        public IReadOnlyList<object> Published => [.. _published];

        public Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellationToken)
            where TEvent : class
        {
            if (Broken)
            {
                throw new TimeoutException("The broker is away.");
            }

            _published.Enqueue(message);
            return Task.CompletedTask;
        }
    }
}
