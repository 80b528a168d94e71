using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Serving.Models;

/// <summary>Follows an alias as soon as it moves; a second announcement finds it moved.</summary>
internal sealed class ModelAliasChangedHandler(ModelIntake intake) : IEventHandler<ModelAliasChanged>
{
    public Task HandleAsync(ModelAliasChanged message, CancellationToken cancellationToken) =>
        intake.TryFollowAsync(message.Alias, message.Model, cancellationToken);
}
