using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>A delivery that is answered and acknowledged on the channel it came from.</summary>
internal sealed class RabbitMqDelivery(IChannel channel, ulong tag, string queue, bool redelivered, Message message) : Delivery
{
    public override string Queue => queue;

    public override Message Message => message;

    public override bool Redelivered => redelivered;

    public override ValueTask ReplyAsync(Message reply) => message.ReplyTo is { } replyTo
        ? IgnoreLoss(channel.BasicPublishAsync(
            string.Empty, replyTo, mandatory: false, RabbitMqMapping.ToProperties(reply), reply.Body))
        : default;

    public override ValueTask AckAsync() => IgnoreLoss(channel.BasicAckAsync(tag, multiple: false));

    public override ValueTask RequeueAsync() => IgnoreLoss(channel.BasicNackAsync(tag, multiple: false, requeue: true));

    // On a lost channel the broker delivers the message again: there is nobody left to tell.
    private static async ValueTask IgnoreLoss(ValueTask sending)
    {
        try
        {
            await sending;
        }
        catch (Exception exception) when (exception is OperationInterruptedException or ObjectDisposedException)
        {
        }
    }
}
