namespace Skipper.Shared.Messaging.Events;

/// <summary>
/// Tells every interested service that something happened. Events are hints: who needs certainty asks the owner.
/// </summary>
public interface IEventBus
{
    /// <summary>Publishes an event to all subscribers.</summary>
    Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellationToken)
        where TEvent : class;
}
