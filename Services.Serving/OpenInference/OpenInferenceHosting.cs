using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>Predictions in the words of the Open Inference Protocol.</summary>
internal static class OpenInferenceHosting
{
    public static void AddOpenInference(this IHostApplicationBuilder builder) => builder.AddMessaging()
        .Handle<RawJson, RawJson, InferHandler>(Queues.Serving, InferHandler.TaskType)
        .Handle<DescribeTensors, ModelTensors, DescribeTensorsHandler>();
}
