using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>Where the answers to messages of a queue go that name no reply queue.</summary>
internal sealed record AnswerQueue(string Queue, string Answers);

/// <summary>
/// A delivery whose answer goes to another queue and is safe there before the delivery is acknowledged: a crash in between repeats the
/// answer, with the same correlation id, but never loses it.
/// </summary>
internal sealed class PipedDelivery(Delivery delivery, string answers, ITransport transport) : Delivery
{
    public override string Queue => delivery.Queue;

    public override Message Message { get; } = delivery.Message with { ReplyTo = answers };

    public override bool Redelivered => delivery.Redelivered;

    /// <exception cref="MeshException">It is not safe there, so the delivery must not be acknowledged yet.</exception>
    public override async ValueTask ReplyAsync(Message reply)
    {
        var kept = reply with { Persistent = true };
        try
        {
            await transport.SendConfirmedAsync(answers, kept, CancellationToken.None);
        }
        catch (MeshException exception) when (exception.Code == ErrorCode.Unavailable)
        {
            // Nobody has declared it yet, or it was deleted; where something else is wrong, this fails again.
            await transport.DeclareAsync(answers, CancellationToken.None);
            await transport.SendConfirmedAsync(answers, kept, CancellationToken.None);
        }
    }

    public override ValueTask AckAsync() => delivery.AckAsync();

    // As it came: to its next worker it must be again a message that names no reply queue.
    public override ValueTask ReplaceAsync(string copyQueue, Message copy) =>
        delivery.ReplaceAsync(copyQueue, copy with { ReplyTo = null });

    public override ValueTask RequeueAsync() => delivery.RequeueAsync();
}
