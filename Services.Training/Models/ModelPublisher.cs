using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Training.Models;

/// <summary>Tells everybody of a version that was registered.</summary>
internal sealed partial class ModelPublisher(IEventBus events, ILogger<ModelPublisher> logger)
{
    public async Task PublishAsync(ModelVersion model, CancellationToken cancellationToken)
    {
        try
        {
            await events.PublishAsync(new ModelPublished { Model = model }, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The version is registered; serving asks for the list now and then, so it is only found later.
            LogPublishFailed(exception, model.Name, model.Version);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not announce {Model} version {Version}; serving finds it within a minute")]
    private partial void LogPublishFailed(Exception exception, string model, int version);
}
