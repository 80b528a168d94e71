namespace Skipper.Shared.Messaging.Handlers;

/// <summary>
/// Answers one kind of message. Delivery is at least once, so a handler is idempotent by an id that came in the message.
/// Throw <see cref="Errors.MeshException"/> for an error that the caller should see; any other exception is answered as <c>internal</c>.
/// </summary>
/// <typeparam name="TMessage">The message; <see cref="RawJson"/> takes the bytes as they came.</typeparam>
/// <typeparam name="TReply">The answer; <see cref="RawJson"/> is sent as it is.</typeparam>
public interface IMessageHandler<in TMessage, TReply>
{
    /// <summary>Handles one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="context">How the message came, and how to report progress.</param>
    /// <param name="cancellationToken">Cancelled at the deadline, when the run is cancelled, or when the worker must
    /// stop.</param>
    Task<TReply> HandleAsync(TMessage message, MessageContext context, CancellationToken cancellationToken);
}
