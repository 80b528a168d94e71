using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Skipper.Services.Training.Experiments;
using Skipper.Services.Training.Models;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests;

/// <summary>Store and artifacts of the training service on the storage of a test, without the mesh.</summary>
internal sealed class TrainingHost : IDisposable
{
    private readonly IHost _host;

    public TrainingHost(TestStorage storage, TimeProvider? time = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration["Skipper:Artifacts:Store"] = "filesystem";
        builder.Logging.ClearProviders();
        builder.AddDatabase(TrainingService.Schema, typeof(TrainingService).Assembly);
        builder.AddArtifacts();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<ModelStore>();
        builder.Services.AddSingleton<AliasStore>();
        builder.Services.AddSingleton<HoldStore>();
        builder.Services.AddSingleton<CheckpointStore>();
        builder.Services.AddSingleton<ExperimentStore>();
        builder.Services.AddSingleton<VersionFinder>();
        builder.Services.AddSingleton<AliasMover>();
        builder.Services.AddSingleton<ModelPublisher>();
        builder.Services.AddSingleton<IEventBus>(Events);
        _host = builder.Build();
    }

    public ModelStore Models => _host.Services.GetRequiredService<ModelStore>();

    public FakeEventBus Events { get; } = new();

    public VersionFinder Versions => _host.Services.GetRequiredService<VersionFinder>();

    public AliasMover Mover => _host.Services.GetRequiredService<AliasMover>();

    public ModelPublisher Publisher => _host.Services.GetRequiredService<ModelPublisher>();

    public HoldStore Holds => _host.Services.GetRequiredService<HoldStore>();

    public AliasStore Aliases => _host.Services.GetRequiredService<AliasStore>();

    public CheckpointStore Checkpoints => _host.Services.GetRequiredService<CheckpointStore>();

    public ExperimentStore Experiments => _host.Services.GetRequiredService<ExperimentStore>();

    public IArtifactStore Artifacts => _host.Services.GetRequiredService<IArtifactStore>();

    /// <summary>Trainings on splits of a fake data service.</summary>
    public TrainingJob Job(IRpcClient data, TimeProvider? time = null) => new(
        data, new SplitReader(Artifacts), Checkpoints, Experiments, time ?? TimeProvider.System, NullLogger<TrainingJob>.Instance);

    public void Dispose() => _host.Dispose();
}
