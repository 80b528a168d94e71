using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.Drift;

internal static class DriftHosting
{
    public static void AddDrift(this IHostApplicationBuilder builder)
    {
        builder.AddMessaging().Handle<MeasureDrift, ModelDrift, MeasureDriftHandler>();
        builder.Services.AddOptions<DriftOptions>()
            .BindConfiguration(DriftOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<DriftObserver>();
        builder.Services.AddSingleton<IPredictionObserver>(services => services.GetRequiredService<DriftObserver>());
        builder.Services.AddSingleton<ReferenceFinder>();
        builder.Services.AddSingleton<DriftStore>();
        builder.Services.AddSingleton<DriftAlarmStore>();
        builder.Services.AddSingleton<DriftMeter>();
        builder.Services.AddSingleton<DriftMetrics>();
        builder.Services.AddSingleton<DriftAlarms>();
        builder.Services.AddSingleton<DriftCollector>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DriftCollector>());
    }
}
