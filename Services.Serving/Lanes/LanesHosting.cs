using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.Lanes;

/// <summary>What lanes need.</summary>
internal static class LanesHosting
{
    // Enough messages in hand for a batch that runs and one that forms; a waiting call holds no thread.
    private const int Concurrency = 128;

    public static void AddLanes(this IHostApplicationBuilder builder)
    {
        builder.AddMessaging()
            .Concurrency(Queues.Serving, Concurrency)
            .Handle<ReadServingStatistics, ServingStatistics, ServingStatisticsHandler>();
        builder.Services.AddOptions<BatchingOptions>()
            .BindConfiguration(BatchingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => new LaneSettings
        {
            Batching = services.GetRequiredService<IOptions<BatchingOptions>>().Value,
            Time = services.GetRequiredService<TimeProvider>(),
            Logger = services.GetRequiredService<ILogger<ModelLane>>(),
        });
        builder.Services.AddHostedService<LaneMetrics>();
    }
}
