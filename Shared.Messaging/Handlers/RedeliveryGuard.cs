using System.Globalization;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.DeadLetters;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>
/// Ends what kills its workers. A classic queue does not count deliveries: it only says "again". So whoever gets a message again counts,
/// in a header of a copy that replaces it:
/// first time: back to its queue, as any other message, because most often only a connection was lost or a neighbor killed the worker;
/// second time: to <c>skipper.suspects.QUEUE</c>, from which each worker takes one at a time, so that a crash is the fault of that one;
/// third time: to <c>skipper.dead</c>, and its caller, if it still waits, is told.
/// The limits: a message that is taken while its worker is lost three times for other reasons is buried too, and can be replayed; a copy
/// goes to the end of its queue, with a fresh expiration but the caller's deadline, and keeps only headers that are text. Steps of
/// durable runs are not counted here, because the gateway counts their attempts; nor are messages of the mesh's own queues.
/// A crash so fast that it takes the acknowledgement with it leaves the original beside its copy: tried more often, never lost.
/// Costs nothing for a message that is delivered once.
/// </summary>
internal sealed partial class RedeliveryGuard(DeadLetterQueue dead, ILogger<RedeliveryGuard> logger)
{
    private const int MostLosses = 3;

    /// <summary>Where suspects of a queue are taken one at a time; null for the mesh's own queues.</summary>
    public static string? SuspectsOf(string queue) => Queues.IsInternal(queue) ? null : $"skipper.suspects.{queue}";

    /// <summary>Counts the loss; true = a copy has taken its place, or it is dead, so there is nothing left to do.</summary>
    public async Task<bool> HasReplacedAsync(Delivery delivery)
    {
        var message = delivery.Message;
        if (SuspectsOf(delivery.Queue) is not { } suspects || message.Header(MessageHeaders.Run) is not null)
        {
            return false;
        }

        var losses = 1 + (int.TryParse(
            message.Header(MessageHeaders.Losses), NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : 0);
        if (losses >= MostLosses)
        {
            await BuryAsync(delivery, losses);
        }
        else
        {
            LogCounted(delivery.Queue, message.CorrelationId, losses);
            await delivery.ReplaceAsync(
                losses == 1 ? delivery.Queue : suspects,
                Named(message).WithHeaders((MessageHeaders.Losses, losses.ToString(CultureInfo.InvariantCulture))));
        }

        return true;
    }

    /// <summary>
    /// Gives a message back that this worker may not finish, so that it does not count as a loss: a stop is no crash.
    /// </summary>
    public static ValueTask GiveBackAsync(Delivery delivery) =>
        SuspectsOf(delivery.Queue) is null || delivery.Message.Header(MessageHeaders.Run) is not null
            ? delivery.RequeueAsync()
            : delivery.ReplaceAsync(delivery.Queue, Named(delivery.Message));

    /// <summary>A copy has no AMQP message id, so what it says moves to the header of the same meaning.</summary>
    private static Message Named(Message message) =>
        message.MessageId is { } id && message.Header(MessageHeaders.IdempotencyKey) is null
            ? message.WithHeaders((MessageHeaders.IdempotencyKey, id))
            : message;

    private async Task BuryAsync(Delivery delivery, int losses)
    {
        var error = new MeshException(
            ErrorCode.Internal,
            $"The worker was lost {losses} times while it had this message. It is in {Queues.Dead} now; replay it when the cause is gone.");
        try
        {
            await dead.BuryAsync(delivery.Queue, delivery.Message, error);
        }
        catch (MeshException)
        {
            // The broker is away, so this delivery comes again and is buried then.
            await delivery.RequeueAsync();
            return;
        }

        LogBuried(delivery.Queue, delivery.Message.CorrelationId, losses);
        if (delivery.Message.ReplyTo is not null)
        {
            await AnswerAsync(delivery, error);
        }

        await delivery.AckAsync();
    }

    private static async Task AnswerAsync(Delivery delivery, MeshException error)
    {
        try
        {
            await delivery.ReplyAsync(ErrorAnswer.To(delivery.Message, error));
        }
        catch (MeshException)
        {
            // A reply that must be safe first, and is not: the message is, among the dead, so it need not come again for that.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Got a message from {Queue} again ({CorrelationId}); its worker was lost {Losses} times")]
    private partial void LogCounted(string queue, string? correlationId, int losses);

    [LoggerMessage(LogLevel.Error, "Buried a message from {Queue} ({CorrelationId}); its worker was lost {Losses} times")]
    private partial void LogBuried(string queue, string? correlationId, int losses);
}
