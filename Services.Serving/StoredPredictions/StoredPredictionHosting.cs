using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.StoredPredictions;

/// <summary>Predictions that are kept, and questions about them.</summary>
internal static class StoredPredictionHosting
{
    public static void AddStoredPredictions(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<StoredPredictionOptions>()
            .BindConfiguration(StoredPredictionOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<PredictionStore>();
        builder.Services.AddHostedService<PredictionSweeper>();
        builder.AddMessaging()
            .Handle<StorePredictions, StoredAnswer, StorePredictionsHandler>()
            .Handle<FindPredictions, StoredPredictionList, FindPredictionsHandler>()
            .Handle<ListPredictions, StoredPredictionList, ListPredictionsHandler>();
    }
}
