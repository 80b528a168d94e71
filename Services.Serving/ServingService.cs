using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Services.Serving.QueuePipelines;
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
            .HandleRaw<PredictRows, PredictRowsHandler>()
            .Subscribe<ModelPublished, ModelPublishedHandler>()
            .Subscribe<ModelAliasChanged, ModelAliasChangedHandler>();

        builder.AddQueuePipeline();
        builder.AddEngines();
        builder.AddArtifacts();
        builder.AddExpiringBlobs();
        builder.AddDatabase(Schema, typeof(ServingService).Assembly);
        builder.Services.AddOptions<ServingOptions>()
            .BindConfiguration(ServingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ManifestStore>();
        builder.Services.AddSingleton<ModelCatalog>();
        builder.Services.AddSingleton<ModelOpener>();
        builder.Services.AddSingleton<ModelIntake>();
        builder.Services.AddSingleton<ModelFinder>();
        builder.Services.AddSingleton<ModelLoader>();
        builder.Services.AddSingleton<Predictor>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ModelLoader>());
        builder.Services.AddHealthChecks().AddCheck<ModelsHealthCheck>("models");
    }

    public static void MapServingService(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/readyz");
    }
}
