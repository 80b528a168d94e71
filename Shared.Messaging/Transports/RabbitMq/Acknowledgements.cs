using RabbitMQ.Client;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// The acknowledgements of one channel, sent together: one frame for a run of messages that are done, a few milliseconds late at
/// most, and never while more than a quarter of the prefetch is held back by it.
/// </summary>
internal sealed class Acknowledgements : IAsyncDisposable
{
    private const int LargestBatch = 16;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(5);

    private readonly IChannel _channel;
    private readonly BrokerLink _link;
    private readonly int _batch;
    private readonly int _most;
    private readonly ITimer _timer;

    // Deliveries in the order of their tags. Only the receiving loop appends, only the holder of _flushing removes, and the last
    // one is never removed: so the two need no lock.
    private RabbitMqDelivery _first;
    private RabbitMqDelivery _last;
    private int _waiting;
    private int _flushing;
    private int _armed;

    public Acknowledgements(IChannel channel, BrokerLink link, int prefetch, TimeProvider time)
    {
        (_channel, _link) = (channel, link);
        _batch = Math.Clamp(prefetch / 8, 1, LargestBatch);
        _most = Math.Max(prefetch / 4, 1);
        _first = _last = RabbitMqDelivery.Settled(this);
        _timer = time.CreateTimer(
            static state => ((Acknowledgements)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called by the receiving loop, for each delivery in order.</summary>
    public void Add(RabbitMqDelivery delivery)
    {
        _last.Next = delivery;
        _last = delivery;
    }

    /// <summary>Sends a reply on the channel, so that it leaves before any acknowledgement that follows.</summary>
    public ValueTask ReplyAsync(string replyTo, Message reply) => IgnoreLoss(_channel.BasicPublishAsync(
        string.Empty, replyTo, mandatory: false, new WireProperties(reply), reply.Body));

    /// <summary>A delivery is done with: it is acknowledged now or soon.</summary>
    public ValueTask DoneAsync(RabbitMqDelivery delivery)
    {
        delivery.Stage = DeliveryStage.Done;
        if (Interlocked.Increment(ref _waiting) >= _batch)
        {
            return FlushAsync(hasWaited: false);
        }

        Arm();
        return default;
    }

    /// <summary>Sends a copy and acknowledges the delivery that it replaces right behind it, without waiting for others.</summary>
    public async ValueTask ReplaceAsync(RabbitMqDelivery delivery, string queue, Message copy)
    {
        // Neither waits for the other: the two are written together, and the broker obeys them in this order.
        var sending = ReplyAsync(queue, copy);
        var acknowledging = AckAsync(delivery.Tag, multiple: false);
        await sending;
        await IgnoreLoss(acknowledging);
        delivery.Stage = DeliveryStage.Settled;
    }

    /// <summary>Gives a delivery back.</summary>
    public async ValueTask RequeueAsync(RabbitMqDelivery delivery)
    {
        await IgnoreLoss(NackAsync(delivery.Tag));
        // Not before the broker was told: an acknowledgement of its neighbors must not cover it.
        delivery.Stage = DeliveryStage.Settled;
    }

    public async ValueTask DisposeAsync()
    {
        await FlushAsync(hasWaited: true);
        await _timer.DisposeAsync();
    }

    private void Arm()
    {
        if (Volatile.Read(ref _armed) == 0 && Interlocked.Exchange(ref _armed, 1) == 0)
        {
            _timer.Change(LongestWait, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        Volatile.Write(ref _armed, 0);
        _ = FlushAsync(hasWaited: true).AsTask();
    }

    private async ValueTask FlushAsync(bool hasWaited)
    {
        int before;
        do
        {
            if (Interlocked.Exchange(ref _flushing, 1) == 1)
            {
                // Whoever holds it looks once more when it is done.
                return;
            }

            before = Volatile.Read(ref _waiting);
            var acknowledged = await AcknowledgeRunAsync();
            if (hasWaited || before - acknowledged >= _most)
            {
                acknowledged += await AcknowledgeStragglersAsync(before - acknowledged);
            }

            before = Interlocked.Add(ref _waiting, -acknowledged);
            Interlocked.Exchange(ref _flushing, 0);
        }
        while (Volatile.Read(ref _waiting) >= before + _batch);

        if (Volatile.Read(ref _waiting) > 0)
        {
            Arm();
        }
    }

    /// <summary>One frame for everything that is done without a gap.</summary>
    private async ValueTask<int> AcknowledgeRunAsync()
    {
        var last = 0ul;
        var acknowledged = 0;
        while (_first.Stage != DeliveryStage.Open)
        {
            if (_first.Stage == DeliveryStage.Done)
            {
                _first.Stage = DeliveryStage.Settled;
                last = _first.Tag;
                acknowledged++;
            }

            if (_first.Next is not { } next)
            {
                break;
            }

            _first = next;
        }

        if (acknowledged > 0)
        {
            await IgnoreLoss(AckAsync(last, multiple: acknowledged > 1));
        }

        return acknowledged;
    }

    /// <summary>A slow message must not hold up those behind it: they are acknowledged one by one.</summary>
    private async ValueTask<int> AcknowledgeStragglersAsync(int expected)
    {
        var acknowledged = 0;
        for (var before = _first; acknowledged < expected && before.Next is { } delivery;)
        {
            if (delivery.Stage == DeliveryStage.Done)
            {
                delivery.Stage = DeliveryStage.Settled;
                acknowledged++;
                await IgnoreLoss(AckAsync(delivery.Tag, multiple: false));
            }

            if (delivery is { Stage: DeliveryStage.Settled, Next: { } next })
            {
                before.Next = next;
            }
            else
            {
                before = delivery;
            }
        }

        return acknowledged;
    }

    // Async, because the client throws at once, not in the task, where the channel is closed already.
    private async ValueTask AckAsync(ulong tag, bool multiple) => await _channel.BasicAckAsync(tag, multiple);

    private async ValueTask NackAsync(ulong tag) => await _channel.BasicNackAsync(tag, multiple: false, requeue: true);

    /// <summary>
    /// On a lost channel the broker delivers the message again: there is nobody left to tell.
    /// </summary>
    private ValueTask IgnoreLoss(ValueTask sending) => sending.IsCompletedSuccessfully ? default : _link.IgnoreLossAsync(sending);
}
