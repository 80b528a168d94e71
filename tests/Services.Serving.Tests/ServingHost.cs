using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests;

/// <summary>
/// The serving service on the storage of a test, with a training service in memory; the loader starts when told.
/// </summary>
internal sealed class ServingHost : IAsyncDisposable
{
    private readonly IHost _host;

    public ServingHost(
        TestStorage storage,
        FakeTrainingService training,
        double refreshSeconds = 3600,
        TimeProvider? time = null,
        params IEnumerable<IModelEngine> engines)
    {
        Training = training;
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Skipper:Artifacts:Store"] = "filesystem",
            ["Skipper:Messaging:Transport"] = "inprocess",
            ["Skipper:Serving:KeptVersions"] = "2",
            ["Skipper:Serving:RefreshSeconds"] = FormattableString.Invariant($"{refreshSeconds}"),
        });
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddServingService();
        builder.Services.AddSingleton<IRpcClient>(training);
        builder.Services.AddSingleton<IEventBus>(Events);
        foreach (var engine in engines)
        {
            builder.Services.AddSingleton(engine);
        }

        _host = builder.Build();
    }

    public FakeTrainingService Training { get; }

    public ListLog Log { get; } = new();

    public FakeEventBus Events { get; } = new();

    public ModelCatalog Catalog => Get<ModelCatalog>();

    public ModelIntake Intake => Get<ModelIntake>();

    public ModelFinder Finder => Get<ModelFinder>();

    public ManifestStore Manifests => Get<ManifestStore>();

    public ModelLoader Loader => Get<ModelLoader>();

    public IArtifactStore Artifacts => Get<IArtifactStore>();

    public ContractSender<PredictRow, RawJson> Rows => new(Get<PredictRowHandler>());

    public ContractSender<PredictRows, PredictionBatch> Bundles => new(Get<PredictRowsHandler>());

    /// <summary>Trains and registers a version, without announcing it.</summary>
    public async Task<ModelVersion> RegisterAsync(string name, int version, CancellationToken cancellationToken)
    {
        var model = await Samples.StoreAsync(Artifacts, name, version, cancellationToken);
        Training.Register(model);
        return model;
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public T Keyed<T>(string key)
        where T : notnull => _host.Services.GetRequiredKeyedService<T>(key);

    public async ValueTask DisposeAsync()
    {
        await Loader.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
