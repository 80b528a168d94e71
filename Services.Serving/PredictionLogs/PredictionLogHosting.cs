using Skipper.Services.Serving.Predictions;

namespace Skipper.Services.Serving.PredictionLogs;

internal static class PredictionLogHosting
{
    public static void AddPredictionLog(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PredictionLog>();
        builder.Services.AddSingleton<IPredictionObserver>(services => services.GetRequiredService<PredictionLog>());
        builder.Services.AddHostedService(services => services.GetRequiredService<PredictionLog>());
    }
}
