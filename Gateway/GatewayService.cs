using Skipper.Gateway.Artifacts;
using Skipper.Gateway.Backfills;
using Skipper.Gateway.ConsolePages;
using Skipper.Gateway.Datasets;
using Skipper.Gateway.DeadLetters;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Errors;
using Skipper.Gateway.Experiments;
using Skipper.Gateway.Explanations;
using Skipper.Gateway.Health;
using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Jobs;
using Skipper.Gateway.Models;
using Skipper.Gateway.Notifications;
using Skipper.Gateway.OpenInference;
using Skipper.Gateway.Predictions;
using Skipper.Gateway.Preprocessing;
using Skipper.Gateway.Profiles;
using Skipper.Gateway.Pushes;
using Skipper.Gateway.Quality;
using Skipper.Gateway.Retention;
using Skipper.Gateway.Rollouts;
using Skipper.Gateway.Runs;
using Skipper.Gateway.RunsApi;
using Skipper.Gateway.Schedules;
using Skipper.Gateway.Security;
using Skipper.Gateway.Sources;
using Skipper.Gateway.Tasks;
using Skipper.Gateway.Triggers;
using Skipper.Gateway.Workers;
using Skipper.Gateway.Workflows;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Storage;
using Skipper.Shared.Storage.Payloads;

namespace Skipper.Gateway;

/// <summary>What the gateway service listens to, and what it needs for that.</summary>
public static class GatewayService
{
    internal const string Schema = "gateway";

    /// <summary>Claims that come together are written together, so many may wait at a time.</summary>
    private const int ControlConcurrency = 256;

    public static void AddGateway(this IHostApplicationBuilder builder)
    {
        builder.AddDatabase(Schema, typeof(GatewayService).Assembly);
        builder.AddArtifacts();
        builder.AddExpiringBlobs();

        // Runs before messaging: what starts first stops last, so results of draining workers are still applied.
        builder.AddRuns();
        builder.AddMessaging()
            .Payloads<IExpiringBlobs>(blobs => blobs.PutAsync, blobs => blobs.OpenAsync)
            .Handle<ClaimStep, StepLease, ClaimStepHandler>()
            .Handle<HeartbeatStep, StepLease, HeartbeatStepHandler>()
            .Handle<RawJson, RawJson, CanaryHandler>(Queues.Control, CanaryHandler.TaskType)
            .Concurrency(Queues.Control, ControlConcurrency);

        builder.AddIdempotency();
        builder.AddRunsApi();
        builder.AddExplanations();
        builder.AddWorkers();
        builder.AddNotifications();
        builder.AddJobs();
        builder.AddSchedules();
        builder.AddBackfills();
        builder.AddTriggers();
        builder.AddRetention();
        builder.AddTasks();
        builder.AddWorkflows();
        builder.AddPreprocessing();
        builder.AddDocs();
        builder.AddHealth();
        builder.AddSecurity();
        builder.Services.AddProblemDetails().AddExceptionHandler<ProblemResponses>();
    }

    public static void MapGateway(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseAudit();
        app.UseExceptionHandler();
        app.UseStatusCodePages(ProblemResponses.WriteStatusAsync);
        app.UseDocs();
        app.UseKeys();

        app.MapConsole();
        app.MapHealth();
        app.MapRuns();
        app.MapExplanations();
        app.MapWorkers();
        app.MapTasks();
        app.MapServices();
        app.MapWorkflows();
        app.MapDatasets();
        app.MapSources();
        app.MapDeclarations();
        app.MapQuality();
        app.MapProfiles();
        app.MapArtifacts();
        app.MapPreprocessing();
        app.MapPushes();
        app.MapModels();
        app.MapPredictions();
        app.MapOpenInference();
        app.MapRollouts();
        app.MapExperiments();
        app.MapDeadLetters();
        app.MapSchedules();
        app.MapBackfills();
        app.MapKeys();
    }
}
