using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Gateway.Triggers;

internal static class TriggerHosting
{
    public static void AddTriggers(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<DriftTriggerOptions>().BindConfiguration(DriftTriggerOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<DriftTriggerOptions>, DriftTriggerOptionsValidator>();
        builder.Services.AddOptionsWithValidateOnStart<PublishedTriggerOptions>().BindConfiguration(DriftTriggerOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<PublishedTriggerOptions>, PublishedTriggerOptionsValidator>();
        builder.Services.AddSingleton<TriggerStore>();
        builder.AddMessaging()
            .Subscribe<DriftDetected, DriftDetectedHandler>()
            .Subscribe<DatasetPublished, DatasetPublishedHandler>();
    }
}
