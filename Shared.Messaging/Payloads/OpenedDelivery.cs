using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Payloads;

/// <summary>A delivery whose message came as a reference and has its whole body now.</summary>
internal sealed class OpenedDelivery(Delivery delivery, Message message) : Delivery
{
    public override string Queue => delivery.Queue;

    public override Message Message => message;

    public override bool Redelivered => delivery.Redelivered;

    public override ValueTask ReplyAsync(Message reply) => delivery.ReplyAsync(reply);

    public override ValueTask AckAsync() => delivery.AckAsync();

    public override ValueTask ReplaceAsync(string copyQueue, Message copy) => delivery.ReplaceAsync(copyQueue, copy);

    public override ValueTask RequeueAsync() => delivery.RequeueAsync();
}
