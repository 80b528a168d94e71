namespace Skipper.Shared.Messaging.Transports;

/// <summary>
/// A message taken from a queue; it comes again, perhaps elsewhere, unless <see cref="AckAsync"/> was called.
/// </summary>
public abstract class Delivery
{
    /// <summary>The queue it came from.</summary>
    public abstract string Queue { get; }

    /// <summary>The message; its body is a copy that lives as long as this object.</summary>
    public abstract Message Message { get; }

    /// <summary>Whether it may have been delivered before.</summary>
    public abstract bool Redelivered { get; }

    /// <summary>
    /// Sends a reply so that it leaves before a later <see cref="AckAsync"/>: a lost connection repeats, but never
    /// loses.
    /// </summary>
    public abstract ValueTask ReplyAsync(Message reply);

    /// <summary>The message is done with.</summary>
    public abstract ValueTask AckAsync();

    /// <summary>
    /// Sends a copy to a queue that exists and acknowledges this delivery right behind it, on one channel: whoever gets the copy, even if
    /// that ends this process at once, there is one of the two.
    /// </summary>
    public abstract ValueTask ReplaceAsync(string queue, Message copy);

    /// <summary>Gives the message back, to be delivered again.</summary>
    public abstract ValueTask RequeueAsync();
}
