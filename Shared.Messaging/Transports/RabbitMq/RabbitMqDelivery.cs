namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>A delivery that is answered and acknowledged on the channel it came from.</summary>
internal sealed class RabbitMqDelivery(
    Acknowledgements acknowledgements, ulong tag, string queue, bool redelivered, Message message) : Delivery
{
    private volatile DeliveryStage _stage;
    private volatile RabbitMqDelivery? _next;

    public override string Queue => queue;

    public override Message Message => message;

    public override bool Redelivered => redelivered;

    public ulong Tag => tag;

    /// <summary>The delivery that came after this one on the channel.</summary>
    public RabbitMqDelivery? Next
    {
        get => _next;
        set => _next = value;
    }

    public DeliveryStage Stage
    {
        get => _stage;
        set => _stage = value;
    }

    /// <summary>A start for the list of deliveries of a channel.</summary>
    public static RabbitMqDelivery Settled(Acknowledgements acknowledgements) =>
        new(acknowledgements, 0, "", false, new Message { Body = default }) { Stage = DeliveryStage.Settled };

    public override ValueTask ReplyAsync(Message reply) =>
        message.ReplyTo is { } replyTo ? acknowledgements.ReplyAsync(replyTo, reply) : default;

    // A second settlement of one delivery would make the broker close the channel.
    public override ValueTask AckAsync() => Stage == DeliveryStage.Open ? acknowledgements.DoneAsync(this) : default;

    public override ValueTask ReplaceAsync(string copyQueue, Message copy) =>
        Stage == DeliveryStage.Open ? acknowledgements.ReplaceAsync(this, copyQueue, copy) : default;

    public override ValueTask RequeueAsync() => Stage == DeliveryStage.Open ? acknowledgements.RequeueAsync(this) : default;
}

/// <summary>What the broker knows about a delivery: nothing yet, that it is done (told soon), or how it ended.</summary>
internal enum DeliveryStage
{
    Open,
    Done,
    Settled,
}
