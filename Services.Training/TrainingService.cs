using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Skipper.Services.Training.Cards;
using Skipper.Services.Training.Comparisons;
using Skipper.Services.Training.Experiments;
using Skipper.Services.Training.Imports;
using Skipper.Services.Training.Models;
using Skipper.Services.Training.Searches;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Storage;
using Skipper.Shared.Storage.Payloads;

namespace Skipper.Services.Training;

/// <summary>What the training service listens to, and what it needs for that.</summary>
public static class TrainingService
{
    internal const string Schema = "training";

    public static void AddTrainingService(this IHostApplicationBuilder builder)
    {
        builder.AddMessaging()
            .Payloads<IExpiringBlobs>(blobs => blobs.PutAsync, blobs => blobs.OpenAsync)
            .Handle<TrainModel, TrainedModel, TrainModelHandler>()
            .Handle<RunTrial, TrialResult, RunTrialHandler>()
            .Handle<PlanSearch, TrialList, PlanSearchHandler>()
            .Handle<SelectTrials, TrialSelection, SelectTrialsHandler>()
            .Handle<ListExperiments, ExperimentList, ListExperimentsHandler>()
            .Handle<ListExperimentRuns, ExperimentRunList, ListExperimentRunsHandler>()
            .Handle<FindExperimentRun, ExperimentRun, FindExperimentRunHandler>()
            .Handle<CompareExperimentRuns, ExperimentComparison, CompareExperimentRunsHandler>()
            .Handle<FindModel, ModelVersion, FindModelHandler>()
            .Handle<PromoteModel, ModelAlias, PromoteModelHandler>()
            .Handle<RollbackModel, ModelAlias, RollbackModelHandler>()
            .Handle<ListModels, ModelList, ListModelsHandler>()
            .Handle<ListModelVersions, ModelVersionList, ListModelVersionsHandler>()
            .Handle<ListModelAliases, ModelAliasList, ListModelAliasesHandler>()
            .Handle<DeleteModelVersion, DeletedModelVersion, DeleteModelVersionHandler>()
            .Handle<HoldModelVersions, ModelHold, HoldModelVersionsHandler>()
            .Handle<DescribeModel, ModelCard, DescribeModelHandler>()
            .Handle<ImportModel, ModelVersion, ImportModelHandler>()
            .Handle<CompareModels, ModelComparison, CompareModelsHandler>()
            .Concurrency(Queues.Training, 1);

        builder.AddEngines();
        builder.AddArtifacts();
        builder.AddExpiringBlobs();
        builder.AddDatabase(Schema, typeof(TrainingService).Assembly);
        builder.Services.AddSingleton<ModelStore>();
        builder.Services.AddSingleton<AliasStore>();
        builder.Services.AddSingleton<HoldStore>();
        builder.Services.AddSingleton<VersionFinder>();
        builder.Services.AddSingleton<AliasMover>();
        builder.Services.AddSingleton<ModelPublisher>();
        builder.Services.AddSingleton<VersionJudge>();
        builder.Services.AddSingleton<SplitReader>();
        builder.Services.AddSingleton<CheckpointStore>();
        builder.Services.AddSingleton<ExperimentStore>();
        builder.Services.AddSingleton<TrainingJob>();
        builder.Services.AddHealthChecks();
    }

    public static void MapTrainingService(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/readyz");
    }
}
