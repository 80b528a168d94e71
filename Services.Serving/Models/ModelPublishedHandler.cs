using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Serving.Models;

/// <summary>Loads a version as soon as it is announced; a second announcement finds it loaded.</summary>
internal sealed class ModelPublishedHandler(ModelIntake intake) : IEventHandler<ModelPublished>
{
    public Task HandleAsync(ModelPublished message, CancellationToken cancellationToken) =>
        intake.TryPublishAsync(message.Model, cancellationToken);
}
