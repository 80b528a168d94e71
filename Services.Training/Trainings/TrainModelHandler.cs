using Skipper.Services.Training.Evidence;
using Skipper.Services.Training.Models;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Training.Trainings;

/// <summary>Trains a model on a split of the data service, registers it and tells everybody.</summary>
internal sealed partial class TrainModelHandler(
    EngineCatalog engines,
    IRpcClient rpc,
    SplitReader splits,
    IArtifactStore artifacts,
    ModelStore models,
    ModelPublisher publisher,
    TimeProvider time,
    ILogger<TrainModelHandler> logger)
    : IMessageHandler<TrainModel, TrainedModel>
{
    // A split reads and writes the whole dataset, which may take longer than a usual call.
    private static readonly TimeSpan SplitTimeout = TimeSpan.FromMinutes(5);

    public async Task<TrainedModel> HandleAsync(
        TrainModel message, MessageContext context, CancellationToken cancellationToken)
    {
        // A crash between registration and reply delivers this step again: its id, unique among the registered versions,
        // finds what it registered, so that no step trains or registers twice.
        var model = context.StepId is { } stepId
            ? await models.FindByStepAsync(stepId, cancellationToken) ?? await TrainAsync(message, context, cancellationToken)
            : await TrainAsync(message, context, cancellationToken);

        await publisher.PublishAsync(model, cancellationToken);
        context.Report(100, $"registered {model.Name} version {model.Version}");
        return new TrainedModel { Model = model };
    }

    private async Task<ModelVersion> TrainAsync(
        TrainModel message, MessageContext context, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var plan = TrainingPlan.Create(message, engines);
        context.Report(1, $"splitting {plan.Split.Data!.Dataset}");
        var split = await rpc.CallAsync(plan.Split, SplitTimeout, cancellationToken);
        var arrays = await splits.ReadAsync(split, cancellationToken);

        var result = await ModelTrainer.TrainAsync(
            plan, split, arrays, (percent, text) => context.Report(5 + (0.9 * percent), text), cancellationToken);

        context.Report(96, "registering");
        using var file = new MemoryStream(result.File, writable: false);
        using var trained = plan.Engine.Load(result.File);
        var draft = VersionFacts.AddTo(
            Describe(plan, split, result, context, await artifacts.PutAsync(file, cancellationToken)),
            trained,
            arrays.Train.Features,
            arrays.Test.Features,
            arrays.Test.Targets,
            acceptsMissing: false);
        var model = await models.RegisterAsync(draft, context.StepId, cancellationToken);
        LogTrained(model.Name, model.Version, model.Engine, time.GetElapsedTime(started).TotalSeconds, context.RunId);
        return model;
    }

    private ModelVersion Describe(
        TrainingPlan plan, DatasetSplit split, TrainingResult result, MessageContext context, string artifact) => new()
        {
            Name = plan.Model,
            Version = 0,
            Engine = plan.Engine.Name,
            EngineVersion = plan.Engine.Version,
            Artifact = artifact,
            Features = split.Features,
            Targets = split.Targets,
            Metrics = result.Metrics,
            Dataset = split.Dataset.Name,
            DatasetVersion = split.Dataset.Version,
            DatasetDigest = split.Dataset.Digest,
            Parameters = plan.Parameters,
            CreatedAt = time.GetUtcNow(),
            Lineage = new ModelLineage
            {
                Source = "trained",
                RunId = context.RunId,
                CodeVersion = VersionFacts.CodeVersion,
                Seed = plan.Seed,
                TestDigest = VersionFacts.DigestOf(split.Test),
            },
        };
}
