using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Skipper.Services.Serving.Drift;
using Skipper.Services.Serving.Explanations;
using Skipper.Services.Serving.Labels;
using Skipper.Services.Serving.Lanes;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.OpenInference;
using Skipper.Services.Serving.PredictionLogs;
using Skipper.Services.Serving.Predictions;
using Skipper.Services.Serving.QueuePipelines;
using Skipper.Services.Serving.Rollouts;
using Skipper.Services.Serving.Scorings;
using Skipper.Services.Serving.StoredPredictions;
using Skipper.Services.Serving.Suspects;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Storage;
using Skipper.Shared.Storage.Payloads;

namespace Skipper.Services.Serving;

/// <summary>What the serving service listens to, and what it needs for that.</summary>
public static class ServingService
{
    internal const string Schema = "serving";

    public static void AddServingService(this IHostApplicationBuilder builder)
    {
        builder.AddMessaging()
            .Payloads<IExpiringBlobs>(blobs => blobs.PutAsync, blobs => blobs.OpenAsync)
            .HandleRaw<PredictRow, PredictRowHandler>()
            .HandleRaw<PredictRows, PredictRowsHandler>();

        builder.AddExplanations();
        builder.AddDrift();
        builder.AddQueuePipeline();
        builder.AddLanes();
        builder.AddRollouts();
        builder.AddEngines();
        builder.AddArtifacts();
        builder.AddExpiringBlobs();
        builder.AddDatabase(Schema, typeof(ServingService).Assembly);
        builder.Services.AddOptions<ServingOptions>()
            .BindConfiguration(ServingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddOpenInference();
        builder.AddModels();
        builder.AddSuspects();
        builder.Services.AddSingleton<Predictor>();
        builder.AddStoredPredictions();
        builder.AddPredictionLog();
        builder.AddLabels();
        builder.AddScorings();
    }

    public static void MapServingService(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/readyz");
    }
}
