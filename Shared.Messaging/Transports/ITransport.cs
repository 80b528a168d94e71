namespace Skipper.Shared.Messaging.Transports;

/// <summary>
/// Moves messages between queues. Two implementations, <c>rabbitmq</c> and <c>inprocess</c>, hold the same contract:
/// at least once, an unacknowledged delivery comes again, a message expires, a message to a missing queue is returned.
/// </summary>
public interface ITransport
{
    /// <summary>Whether messages can be sent now, and if not, why.</summary>
    TransportState State { get; }

    /// <summary>
    /// The queue on which <see cref="ReplyReceived"/> listens; changes when the connection is renewed.
    /// </summary>
    string ReplyQueue { get; }

    /// <summary>A reply came in. Called on the receiving loop: must not block.</summary>
    Action<Message>? ReplyReceived { get; set; }

    /// <summary>
    /// A message sent with <see cref="SendAsync"/> had no queue to go to. Called on the receiving loop: must not block.
    /// </summary>
    Action<string>? Returned { get; set; }

    /// <summary>The connection was lost: replies to calls in flight will never arrive.</summary>
    Action<string>? Disconnected { get; set; }

    /// <summary>A caller gave a call up: whoever works on it may stop. Called on the receiving loop: must not block.</summary>
    Action<CallId>? Abandoned { get; set; }

    /// <summary>
    /// Tells every worker that nobody waits for this call any more: a hint, sent without waiting, lost where there is no connection.
    /// </summary>
    void Abandon(CallId call);

    /// <summary>Sends without waiting for a confirmation; for calls, whose reply is the confirmation.</summary>
    /// <exception cref="Errors.MeshException"><see cref="Errors.ErrorCode.Unavailable"/> where there is no connection.</exception>
    ValueTask SendAsync(string queue, Message message, CancellationToken cancellationToken);

    /// <summary>Sends and waits until the message is safe in its queue; for work that must not be lost.</summary>
    /// <exception cref="Errors.MeshException"><see cref="Errors.ErrorCode.Unavailable"/> where there is no connection or no such queue.</exception>
    Task SendConfirmedAsync(string queue, Message message, CancellationToken cancellationToken);

    /// <summary>
    /// Takes messages from a queue, declaring it if need be, until the subscription ends; survives reconnects.
    /// </summary>
    /// <param name="queue">Which queue; <see cref="Contracts.Queues.IsInternal"/> decides its shape if it must be
    /// declared.</param>
    /// <param name="prefetch">How many deliveries may be unacknowledged at a time.</param>
    /// <param name="receive">Called for each delivery on the receiving loop: must hand the work over and
    /// return.</param>
    Task<ISubscription> ConsumeAsync(string queue, int prefetch, Action<Delivery> receive);

    /// <summary>Makes sure that a queue exists, in the shape of its profile where it must be made.</summary>
    /// <exception cref="Errors.MeshException"><see cref="Errors.ErrorCode.Unavailable"/> where there is no connection or the broker
    /// denies it.</exception>
    Task DeclareAsync(string queue, CancellationToken cancellationToken);

    /// <summary>How many consumers and waiting messages a queue has, or null where it does not exist.</summary>
    Task<QueueState?> InspectAsync(string queue, CancellationToken cancellationToken);

    /// <summary>
    /// Walks through the messages of a queue that nobody consumes, oldest first, and leaves them in their places, except the one that
    /// <paramref name="visit"/> removes. One at a time, over all processes: who comes second waits, and sees what the first has left.
    /// </summary>
    /// <param name="queue">Which queue.</param>
    /// <param name="limit">How many messages to look at.</param>
    /// <param name="visit">Sees a message and says how to go on; a message is removed after the task completed.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="Errors.MeshException"><see cref="Errors.ErrorCode.Unavailable"/> where there is no connection or somebody else
    /// looks for too long.</exception>
    Task BrowseAsync(string queue, int limit, Func<Message, Task<BrowseStep>> visit, CancellationToken cancellationToken);

    /// <summary>Completes as soon as messages can be sent.</summary>
    Task WaitUntilReadyAsync(CancellationToken cancellationToken);
}
