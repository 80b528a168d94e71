using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.Explanations;

internal static class ExplanationHosting
{
    public static void AddExplanations(this IHostApplicationBuilder builder) =>
        builder.AddMessaging().Handle<ExplainRows, ExplanationBatch, ExplainRowsHandler>();
}
