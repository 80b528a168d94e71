namespace Skipper.Shared.Messaging.Transports.InProcess;

/// <summary>
/// A queue in memory: first in, first out, given-back messages first, expired messages dropped at the head.
/// </summary>
internal sealed partial class InProcessQueue(string name, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _ready = [];
    private readonly List<Consumer> _consumers = [];
    private int _next;

    public string Name => name;

    public QueueState State
    {
        get
        {
            lock (_lock)
            {
                return new QueueState(_consumers.Count, _ready.Count);
            }
        }
    }

    public void Enqueue(Message message)
    {
        lock (_lock)
        {
            _ready.AddLast(new Waiting(message, Expires(message), Redelivered: false));
        }

        Deliver();
    }

    public ISubscription Consume(ITransport transport, int prefetch, Action<Delivery> receive)
    {
        var consumer = new Consumer(this, transport, prefetch, receive);
        lock (_lock)
        {
            _consumers.Add(consumer);
        }

        Deliver();
        return consumer;
    }

    private DateTimeOffset Expires(Message message) =>
        message.Expiration is { } expiration ? time.GetUtcNow() + expiration : DateTimeOffset.MaxValue;

    private void Deliver()
    {
        while (TakeNext() is var (consumer, delivery))
        {
            consumer.Receive(delivery);
        }
    }

    private (Consumer Consumer, InProcessDelivery Delivery)? TakeNext()
    {
        lock (_lock)
        {
            while (_ready.First?.Value is { } waiting && waiting.Expires <= time.GetUtcNow())
            {
                _ready.RemoveFirst();
            }

            if (_ready.First?.Value is not { } next || FreeConsumer() is not { } consumer)
            {
                return null;
            }

            _ready.RemoveFirst();
            var delivery = new InProcessDelivery(this, consumer, next);
            consumer.Unacknowledged.Add(delivery);
            return (consumer, delivery);
        }
    }

    private Consumer? FreeConsumer()
    {
        for (var i = 0; i < _consumers.Count; i++)
        {
            var candidate = _consumers[(_next + i) % _consumers.Count];
            if (candidate.Unacknowledged.Count < candidate.Prefetch)
            {
                _next = (_next + i + 1) % _consumers.Count;
                return candidate;
            }
        }

        return null;
    }

    private void Settle(InProcessDelivery delivery, bool requeue)
    {
        lock (_lock)
        {
            if (!delivery.Consumer.Unacknowledged.Remove(delivery))
            {
                return;
            }

            if (requeue)
            {
                _ready.AddFirst(delivery.Waiting with { Redelivered = true });
            }
        }

        Deliver();
    }

    private void Remove(Consumer consumer)
    {
        lock (_lock)
        {
            _consumers.Remove(consumer);
            foreach (var delivery in Enumerable.Reverse(consumer.Unacknowledged))
            {
                _ready.AddFirst(delivery.Waiting with { Redelivered = true });
            }

            consumer.Unacknowledged.Clear();
        }

        Deliver();
    }

    internal sealed record Waiting(Message Message, DateTimeOffset Expires, bool Redelivered);

    internal sealed class Consumer(InProcessQueue queue, ITransport transport, int prefetch, Action<Delivery> receive)
        : ISubscription
    {
        public int Prefetch => prefetch;

        public ITransport Transport => transport;

        public List<InProcessDelivery> Unacknowledged { get; } = [];

        public void Receive(InProcessDelivery delivery) => receive(delivery);

        public Task StopAsync(CancellationToken cancellationToken)
        {
            lock (queue._lock)
            {
                queue._consumers.Remove(this);
            }

            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            queue.Remove(this);
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class InProcessDelivery(InProcessQueue queue, Consumer consumer, Waiting waiting) : Delivery
    {
        public override string Queue => queue.Name;

        public override Message Message => waiting.Message;

        public override bool Redelivered => waiting.Redelivered;

        public Consumer Consumer => consumer;

        public Waiting Waiting => waiting;

        public override ValueTask ReplyAsync(Message reply) =>
            Message.ReplyTo is { } replyTo ? consumer.Transport.SendAsync(replyTo, reply, CancellationToken.None) : default;

        public override ValueTask AckAsync()
        {
            queue.Settle(this, requeue: false);
            return default;
        }

        public override ValueTask ReplaceAsync(string copyQueue, Message copy)
        {
            queue.Settle(this, requeue: false);
            return consumer.Transport.SendAsync(copyQueue, copy, CancellationToken.None);
        }

        public override ValueTask RequeueAsync()
        {
            queue.Settle(this, requeue: true);
            return default;
        }
    }
}
