using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>A delivery from the queue of suspects, seen as what it is: a message of the queue it came from.</summary>
internal sealed class SuspectDelivery(Delivery delivery, string queue) : Delivery
{
    public override string Queue => queue;

    public override Message Message => delivery.Message;

    public override bool Redelivered => delivery.Redelivered;

    public override ValueTask ReplyAsync(Message reply) => delivery.ReplyAsync(reply);

    public override ValueTask AckAsync() => delivery.AckAsync();

    public override ValueTask ReplaceAsync(string copyQueue, Message copy) => delivery.ReplaceAsync(copyQueue, copy);

    public override ValueTask RequeueAsync() => delivery.RequeueAsync();
}
