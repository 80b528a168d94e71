using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.Labels;

/// <summary>What came true, and how good predictions were.</summary>
internal static class LabelHosting
{
    public static void AddLabels(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LabelStore>();
        builder.AddMessaging()
            .Handle<AddFeedback, FeedbackCount, AddFeedbackHandler>()
            .Handle<MeasurePredictions, LiveMetrics, MeasurePredictionsHandler>();
    }
}
