using Skipper.Services.Training.Evidence;
using Skipper.Services.Training.Experiments;
using Skipper.Services.Training.Models;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Training.Trainings;

/// <summary>Trains a model on a split of the data service, registers it and tells everybody.</summary>
internal sealed partial class TrainModelHandler(
    EngineCatalog engines,
    TrainingJob job,
    IArtifactStore artifacts,
    ModelStore models,
    ModelPublisher publisher,
    TimeProvider time,
    ILogger<TrainModelHandler> logger)
    : IMessageHandler<TrainModel, TrainedModel>
{
    public async Task<TrainedModel> HandleAsync(
        TrainModel message, MessageContext context, CancellationToken cancellationToken)
    {
        // A crash between registration and reply delivers this step again: its id, unique among the registered versions,
        // finds what it registered, so that no step trains or registers twice.
        var trained = context.StepId is { } stepId && await models.FindByStepAsync(stepId, cancellationToken) is { } earlier
            ? await FinishAsync(earlier, context, cancellationToken)
            : await TrainAsync(message, context, cancellationToken);

        await publisher.PublishAsync(trained.Model, cancellationToken);
        context.Report(100, $"registered {trained.Model.Name} version {trained.Model.Version}");
        return trained;
    }

    private async Task<TrainedModel> TrainAsync(TrainModel message, MessageContext context, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var plan = TrainingPlan.Create(message, engines);
        ModelVersion? model = null;
        var run = await job.RunAsync(plan, null, context, RegisterAsync, cancellationToken);
        LogTrained(model!.Name, model.Version, model.Engine, time.GetElapsedTime(started).TotalSeconds, context.RunId);
        return new TrainedModel { Model = model, ExperimentRun = run.Id, EngineReason = run.EngineReason };

        async Task<ExperimentRun> RegisterAsync(TrainedData trained, ExperimentRun measured)
        {
            context.Report(96, "registering");
            using var file = new MemoryStream(trained.Result.File, writable: false);
            var described = Describe(plan, trained, context.RunId, await artifacts.PutAsync(file, cancellationToken));
            var draft = await OwnThread.RunAsync(() => AddFacts(described, plan, trained), cancellationToken);
            model = await models.RegisterAsync(draft, context.StepId, cancellationToken);
            return measured with { Artifact = model.Artifact, Model = model.Name, ModelVersion = model.Version };
        }
    }

    private static ModelVersion AddFacts(ModelVersion draft, TrainingPlan plan, TrainedData trained)
    {
        using var model = plan.Engine.Load(trained.Result.File);
        return VersionFacts.AddTo(
            draft,
            model,
            trained.Data.Train.Features,
            trained.Data.Test.Features,
            trained.Data.Test.Targets,
            trained.Result.Predictions,
            plan.KeepsMissing);
    }

    /// <summary>The attempt before was killed after it had registered, and perhaps before its run said so.</summary>
    private async Task<TrainedModel> FinishAsync(ModelVersion model, MessageContext context, CancellationToken cancellationToken)
    {
        var run = await job.FindAsync(context, cancellationToken);
        if (run is not null && run.State != RunStates.Succeeded)
        {
            run = run with { Artifact = model.Artifact, Model = model.Name, ModelVersion = model.Version, Error = null };
            await job.EndAsync(run, context, cancellationToken);
        }

        return new TrainedModel { Model = model, ExperimentRun = run?.Id, EngineReason = run?.EngineReason };
    }

    private ModelVersion Describe(TrainingPlan plan, TrainedData trained, Guid? runId, string artifact) => new()
    {
        Name = plan.Model,
        Version = 0,
        Engine = plan.Engine.Name,
        EngineVersion = plan.Engine.Version,
        Artifact = artifact,
        Features = trained.Split.Features,
        Targets = plan.Targets,
        Metrics = VersionScores.Regression(trained.Result.Metrics),
        Dataset = trained.Split.Dataset.Name,
        DatasetVersion = trained.Split.Dataset.Version,
        DatasetDigest = trained.Split.Dataset.Digest,
        Parameters = plan.Parameters,
        CreatedAt = time.GetUtcNow(),
        Classes = trained.Data.ClassNames.Count == 0 ? null : trained.Data.ClassNames,
        Scores = VersionScores.All(trained.Result.Metrics),
        Lineage = new ModelLineage
        {
            Source = "trained",
            RunId = runId,
            CodeVersion = VersionFacts.CodeVersion,
            Seed = plan.Seed,
            TestDigest = VersionFacts.DigestOf(trained.Split.Test),
        },
    };
}
