using System.ComponentModel.DataAnnotations;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.QueuePipelines;

/// <summary>Predictions from queue to queue.</summary>
internal static class QueuePipelineHosting
{
    public static void AddQueuePipeline(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(QueuePipelineOptions.Section).Get<QueuePipelineOptions>() ?? new();
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        var messaging = builder.AddMessaging().AnswersTo(options.Input, options.Output);
        foreach (var taskType in QueuedPredictionHandler.TaskTypes)
        {
            messaging.Handle<RawJson, RawJson, QueuedPredictionHandler>(options.Input, taskType);
        }
    }
}
