using RabbitMQ.Client;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>One consumer on one channel: hands deliveries over, and says once when it will get no more.</summary>
internal sealed class RabbitMqConsumer : AsyncDefaultBasicConsumer, IAsyncDisposable
{
    private readonly Acknowledgements _acknowledgements;
    private readonly string _queue;
    private readonly int _prefetch;
    private readonly Action<Delivery> _receive;
    private readonly Action<RabbitMqConsumer, string> _onLost;
    private int _consuming;
    private int _consumed;

    public RabbitMqConsumer(
        IChannel channel,
        BrokerLink link,
        string queue,
        int prefetch,
        Action<Delivery> receive,
        Action<RabbitMqConsumer, string> onLost,
        TimeProvider time)
        : base(channel)
    {
        (Link, _queue, _prefetch, _receive, _onLost) = (link, queue, prefetch, receive, onLost);
        _acknowledgements = new Acknowledgements(channel, link, prefetch, time);
        channel.ChannelShutdownAsync += (_, shutdown) => MarkLostAsync(shutdown.ReplyText);
    }

    public BrokerLink Link { get; }

    public bool IsLost => Volatile.Read(ref _consuming) == 0;

    // It travels with every delivery: a short one costs less.
    private string Tag => $"skipper-{_consumed}";

    public async Task ConsumeAsync()
    {
        await Channel.BasicQosAsync(0, (ushort)Math.Min(_prefetch, ushort.MaxValue), global: false);
        // Before the broker is asked: the loss may come before its answer.
        Volatile.Write(ref _consuming, 1);
        // A tag of its own each time: the broker may still hold the last one, and closes the connection where one comes twice.
        _consumed++;
        await Channel.BasicConsumeAsync(_queue, autoAck: false, Tag, this);
    }

    public async Task CancelAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _consuming, 0) == 1)
        {
            await Channel.BasicCancelAsync(Tag, noWait: false, cancellationToken);
        }
    }

    public void MarkLost(string reason)
    {
        if (Interlocked.Exchange(ref _consuming, 0) == 1)
        {
            _onLost(this, reason);
        }
    }

    public override Task HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        var delivery = new RabbitMqDelivery(
            _acknowledgements, deliveryTag, _queue, redelivered, RabbitMqMapping.ToMessage(properties, body));
        _acknowledgements.Add(delivery);
        _receive(delivery);
        return Task.CompletedTask;
    }

    // The queue was deleted: the channel is fine, but nothing would ever arrive on it again.
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default) =>
        MarkLostAsync("the queue was deleted");

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _consuming, 0);
        await _acknowledgements.DisposeAsync();
        await Channel.DisposeAsync();
    }

    private Task MarkLostAsync(string reason)
    {
        MarkLost(reason);
        return Task.CompletedTask;
    }
}
