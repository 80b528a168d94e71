namespace Skipper.Shared.Messaging.Events;

/// <summary>Reacts to an event; every process that subscribes gets every event, at least once.</summary>
public interface IEventHandler<in TEvent>
    where TEvent : class
{
    /// <summary>Handles one event.</summary>
    Task HandleAsync(TEvent message, CancellationToken cancellationToken);
}
