using System.Data.Common;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.DeadLetters;
using Skipper.Shared.Messaging.Duplicates;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.Streaming;
using Skipper.Shared.Messaging.Telemetry;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>
/// The life of a message in a worker, in order:
/// 1. fetch a body that came as a reference, read version and task type; what cannot be read is answered so,
/// 2. drop what came too late: the caller has gone, but it is told all the same,
/// 3. find the handler; an unknown task type is answered with the known ones,
/// 4. a step of a durable run goes its own way (<see cref="AttemptRunner"/>): claim, acknowledge, work, result,
/// 5. run the handler under the caller's deadline, and for as long as the caller waits,
/// 6. reply, then acknowledge, on one channel: a connection lost in between repeats the message instead of losing the reply,
/// 7. a message that comes again is counted (<see cref="RedeliveryGuard"/>): what kills its workers is not tried forever,
/// 8. a message that fails with nobody to tell, or that somebody must look at, goes to <c>skipper.dead</c> with its reason; so does, besides
/// its error, one that can never work on a queue whose answers go to another one (<see cref="PipedDelivery"/>).
/// </summary>
internal sealed partial class DeliveryPipeline(
    HandlerRegistry handlers,
    IServiceProvider services,
    AttemptRunner attempts,
    RunningCalls running,
    ClaimCheck payloads,
    ReplyStreams streams,
    RedeliveryGuard redeliveries,
    DeadLetterQueue dead,
    Deduplicator deduplicator,
    TimeProvider time,
    ILogger<DeliveryPipeline> logger)
{
    private readonly Replies _replies = new(payloads);

    /// <summary>Handles one delivery to its end; never throws.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="receivedAt">When it arrived here.</param>
    /// <param name="stopping">Cancelled when the worker may not finish its work: the message is given back.</param>
    public async Task ProcessAsync(Delivery delivery, DateTimeOffset receivedAt, CancellationToken stopping)
    {
        var arrived = delivery;
        using var scope = logger.IsEnabled(LogLevel.Error) ? logger.BeginScope(new MessageScope(delivery)) : null;
        if (delivery.Redelivered && await redeliveries.HasReplacedAsync(delivery)) // 7
        {
            return;
        }

        try
        {
            if (delivery.Message.Header(MessageHeaders.ClaimCheck) is not null)
            {
                delivery = new OpenedDelivery(delivery, await payloads.OpenAsync(delivery.Message, stopping)); // 1
            }

            var message = delivery.Message;
            var (taskType, handler) = Route(delivery); // 1, 3
            var measurement = MessagingTelemetry.StartHandling(
                delivery.Queue, handler.TaskType, message.Header(MessageHeaders.TraceParent));
            ErrorCode? failure = null;
            try
            {
                if (message.Header(MessageHeaders.Run) is { } run && Guid.TryParse(run, out var runId))
                {
                    await attempts.RunAsync(delivery, handler, runId, stopping); // 4
                    return;
                }

                var reply = await InvokeAsync(delivery, receivedAt, taskType, handler, stopping); // 2, 5
                await AnswerAsync(delivery, await _replies.AnswerAsync(delivery, reply)); // 6
            }
            catch (Exception exception)
            {
                failure = stopping.IsCancellationRequested ? ErrorCode.Cancelled : ToError(exception, handler).Code;
                throw;
            }
            finally
            {
                measurement.End(failure);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            await RedeliveryGuard.GiveBackAsync(arrived);
        }
        catch (Exception exception) // The one place where any exception of a handler becomes an answer.
        {
            await AnswerErrorAsync(arrived, ToError(exception, handler: null));
        }
    }

    /// <summary>
    /// What an exception says to a caller: its own words if it was meant for callers, else only who failed.
    /// </summary>
    public static MeshException ToError(Exception exception, HandlerRegistration? handler) => exception switch
    {
        MeshException meant => meant,
        DbException { IsTransient: true } => MeshException.Unavailable("The database cannot be reached now.", exception),
        OperationCanceledException => new MeshException(ErrorCode.DeadlineExceeded, "The work was stopped at the caller's deadline.", exception),
        _ => new MeshException(
            ErrorCode.Internal,
            $"{handler?.Handler.Name ?? "The handler"} failed with {exception.GetType().Name}; the worker's log has the details.",
            exception),
    };

    private (string TaskType, HandlerRegistration Handler) Route(Delivery delivery)
    {
        WireVersion.Require(delivery.Message);
        var taskType = TaskTypeReader.Read(delivery.Message.Body.Span) ?? "";
        return (taskType, handlers.Find(delivery.Queue, taskType));
    }

    private async ValueTask<ReadOnlyMemory<byte>> InvokeAsync(
        Delivery delivery, DateTimeOffset receivedAt, string taskType, HandlerRegistration handler, CancellationToken stopping)
    {
        var message = delivery.Message;
        var deadline = CallDeadline.Of(message, receivedAt);
        await using var stream = streams.Open(delivery);
        var context = new MessageContext
        {
            Queue = delivery.Queue,
            TaskType = taskType,
            CorrelationId = message.CorrelationId ?? "",
            Deadline = deadline,
            Redelivered = delivery.Redelivered || message.Header(MessageHeaders.Losses) is not null,
            ProgressSink = stream is null ? null : stream.Report,
            PartSink = stream is { TakesParts: true } ? stream.SendPartAsync : null,
        };
        CallDeadline.Current = deadline ?? CallDeadline.Never;
        var remaining = deadline - time.GetUtcNow();
        if (remaining <= TimeSpan.Zero)
        {
            throw new MeshException(ErrorCode.DeadlineExceeded, "The deadline had passed before the work began.");
        }

        using var call = running.Begin(message, remaining, stopping);
        try
        {
            call.ThrowIfAbandoned();
            return await RunAsync(handler, message, context, call.Token);
        }
        catch (OperationCanceledException exception) when (call.IsAbandoned)
        {
            throw new MeshException(ErrorCode.Cancelled, "The caller gave up.", exception);
        }
    }

    private ValueTask<ReadOnlyMemory<byte>> RunAsync(
        HandlerRegistration handler, Message message, MessageContext context, CancellationToken cancellationToken) =>
        handler.Deduplicate && Deduplicator.KeyOf(context.Queue, context.TaskType, message) is { } key
            ? RunOnceAsync(key, handler, message, context, cancellationToken)
            : handler.Invoke(services, message.Body, context, cancellationToken);

    // A method of its own, so that only who needs it pays for what the lambda keeps.
    private async ValueTask<ReadOnlyMemory<byte>> RunOnceAsync(
        string key, HandlerRegistration handler, Message message, MessageContext context, CancellationToken cancellationToken) =>
        await deduplicator.OnceAsync(
            key, message.Body, () => handler.Invoke(services, message.Body, context, cancellationToken).AsTask(), cancellationToken);

    private async Task AnswerErrorAsync(Delivery delivery, MeshException error)
    {
        if (error.Code == ErrorCode.Internal)
        {
            LogFailed(delivery.Queue, delivery.Message.CorrelationId, error.InnerException ?? error);
        }
        else
        {
            LogRefused(delivery.Queue, delivery.Message.CorrelationId, error.Code.ToWire(), error.Message);
        }

        if ((delivery.Message.ReplyTo is null || error.DeadLetter) && !await HasBuriedAsync(delivery, error)) // 8
        {
            return;
        }

        if (delivery.Message.ReplyTo is null)
        {
            await delivery.AckAsync();
            return;
        }

        var body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(ErrorReply.From(error, delivery.Queue), MessageJson.Options);
        var reply = _replies.Fail(delivery, body);
        await (delivery is PipedDelivery ? EndPipedAsync(delivery, error, reply) : AnswerAsync(delivery, reply));
    }

    private async Task EndPipedAsync(Delivery delivery, MeshException error, Message reply)
    {
        // Whoever reads the answers cannot send the message again; who looks after the dead can, once the cause is gone.
        var isToKeep = error.Code is ErrorCode.InvalidArgument or ErrorCode.Internal;
        try
        {
            await delivery.ReplyAsync(reply);
        }
        catch (MeshException)
        {
            isToKeep = true;
        }

        if (!isToKeep || error.DeadLetter || await HasBuriedAsync(delivery, error))
        {
            await delivery.AckAsync();
        }
    }

    private static async Task AnswerAsync(Delivery delivery, Message reply)
    {
        await delivery.ReplyAsync(reply);
        await delivery.AckAsync();
    }

    private async Task<bool> HasBuriedAsync(Delivery delivery, MeshException error)
    {
        try
        {
            await dead.BuryAsync(delivery.Queue, delivery.Message, error);
            return true;
        }
        catch (MeshException)
        {
            // The broker is away, so this delivery comes again and is buried then.
            await delivery.RequeueAsync();
            return false;
        }
    }
}
