using System.Reflection;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Faults.Suite;

/// <summary>Counts what a worker does with the messages it is given: each must be answered or given back.</summary>
internal sealed class DeliveryLedger
{
    private int _delivered;
    private int _settled;

    /// <summary>Deliveries that were neither answered nor given back, nor had an attempt at it.</summary>
    public int Open => Volatile.Read(ref _delivered) - Volatile.Read(ref _settled);

    /// <summary>A transport that counts.</summary>
    public ITransport Watch(ITransport transport)
    {
        var watched = DispatchProxy.Create<ITransport, WatchedTransport>();
        ((WatchedTransport)(object)watched).Set(transport, this);
        return watched;
    }

    internal Delivery Count(Delivery delivery) => new Counted(delivery, this);

    private sealed class Counted : Delivery
    {
        private readonly Delivery _delivery;
        private readonly DeliveryLedger _ledger;
        private int _settled;

        public Counted(Delivery delivery, DeliveryLedger ledger)
        {
            (_delivery, _ledger) = (delivery, ledger);
            Interlocked.Increment(ref ledger._delivered);
        }

        public override string Queue => _delivery.Queue;

        public override Message Message => _delivery.Message;

        public override bool Redelivered => _delivery.Redelivered;

        public override ValueTask ReplyAsync(Message reply)
        {
            Settle();
            return _delivery.ReplyAsync(reply);
        }

        public override ValueTask AckAsync() => _delivery.AckAsync();

        public override ValueTask ReplaceAsync(string queue, Message copy)
        {
            Settle();
            return _delivery.ReplaceAsync(queue, copy);
        }

        public override ValueTask RequeueAsync()
        {
            Settle();
            return _delivery.RequeueAsync();
        }

        private void Settle()
        {
            if (Interlocked.Exchange(ref _settled, 1) == 0)
            {
                Interlocked.Increment(ref _ledger._settled);
            }
        }
    }
}
