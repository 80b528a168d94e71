using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Gateway.Tests.Fakes;

/// <summary>A delivery that remembers what became of it.</summary>
internal sealed class FakeDelivery(Message message) : Delivery
{
    public bool Acked { get; private set; }

    public bool Requeued { get; private set; }

    public override string Queue => Queues.Results;

    public override Message Message => message;

    public override bool Redelivered => false;

    public override ValueTask ReplyAsync(Message reply) => ValueTask.CompletedTask;

    public override ValueTask AckAsync()
    {
        Acked = true;
        return ValueTask.CompletedTask;
    }

    public override ValueTask ReplaceAsync(string queue, Message copy) => AckAsync();

    public override ValueTask RequeueAsync()
    {
        Requeued = true;
        return ValueTask.CompletedTask;
    }
}
