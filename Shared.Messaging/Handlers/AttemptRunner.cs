using System.Text.Json;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Rpc;
using Skipper.Shared.Messaging.StepLogs;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>
/// Executes an attempt of a step of a durable run: claim it, acknowledge, work with heartbeats, deliver the result. Whoever holds no
/// lease publishes nothing; the gateway counts only the result that carries the attempt and its claim.
/// </summary>
internal sealed partial class AttemptRunner(
    IRpcClient rpc, ITransport transport, IServiceProvider services, ClaimCheck payloads, TimeProvider time, ILogger<AttemptRunner> logger)
{
    private static readonly TimeSpan ControlTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly string Worker = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>
    /// Runs the attempt to its end. When <paramref name="stopping"/> is cancelled the attempt is handed back as
    /// retryable.
    /// </summary>
    public async Task RunAsync(Delivery delivery, HandlerRegistration handler, Guid runId, CancellationToken stopping)
    {
        var attempt = delivery.Message.CorrelationId
            ?? throw MeshException.InvalidArgument("A step of a run came without a correlation id.");
        var claimId = Guid.NewGuid();
        var lease = await ClaimAsync(attempt, claimId, stopping);
        await delivery.AckAsync();
        if (lease.State != "granted")
        {
            LogDenied(attempt, lease.State);
            return;
        }

        LogClaimed(attempt, handler.TaskType);
        using var heart = new StepHeart(rpc, time, attempt, claimId, TimeSpan.FromSeconds(lease.LeaseSeconds), stopping);
        var beating = heart.BeatAsync();
        var (result, status) = await WorkAsync(delivery, handler, runId, heart, stopping);
        heart.Stop();
        await beating;
        await heart.SendLogAsync();
        if (heart.IsLost)
        {
            LogLost(attempt);
            return;
        }

        await DeliverResultAsync(delivery.Message, runId, claimId, result, status, stopping);
        LogFinished(attempt, status);
    }

    private async Task<StepLease> ClaimAsync(string attempt, Guid claimId, CancellationToken stopping)
    {
        var claim = new ClaimStep { Attempt = attempt, ClaimId = claimId, Worker = Worker };
        while (true)
        {
            try
            {
                return await rpc.CallAsync(claim, ControlTimeout, stopping);
            }
            catch (MeshException exception) when (exception.Retryable || exception.Code == ErrorCode.DeadlineExceeded)
            {
                // No gateway now: the delivery stays unacknowledged and the question is asked again with the same claim id.
                await Task.Delay(RetryDelay, time, stopping);
            }
        }
    }

    private async Task<(Outgoing Result, string Status)> WorkAsync(
        Delivery delivery, HandlerRegistration handler, Guid runId, StepHeart heart, CancellationToken stopping)
    {
        var context = new MessageContext
        {
            Queue = delivery.Queue,
            TaskType = handler.TaskType,
            CorrelationId = delivery.Message.CorrelationId!,
            Redelivered = delivery.Redelivered,
            RunId = runId,
            ProgressSink = heart.Report,
        };
        // A step has its own time limit and is repeated by its run: its calls neither inherit a deadline nor repeat themselves.
        CallDeadline.Current = CallDeadline.Never;
        StepLog.Current = heart.Log;
        try
        {
            var answer = await handler.Invoke(services, delivery.Message.Body, context, heart.Token);
            return (await CheckInAsync(delivery, answer), Statuses.Ok);
        }
        catch (Exception exception) // A step that fails, in whatever way, has a result: the failure.
        {
            var error = stopping.IsCancellationRequested
                ? MeshException.Unavailable("The worker stopped before the step was done.")
                : heart.IsCancelled
                    ? new MeshException(ErrorCode.Cancelled, "The run was cancelled.")
                    : DeliveryPipeline.ToError(exception, handler);
            if (error.Code == ErrorCode.Internal)
            {
                LogFailed(delivery.Message.CorrelationId!, exception);
            }

            return (new Outgoing(JsonSerializer.SerializeToUtf8Bytes(ErrorReply.From(error, delivery.Queue), MessageJson.Options)), Statuses.Error);
        }
    }

    /// <summary>Kept for as long as a gateway may be away: nobody can make this result again.</summary>
    private ValueTask<Outgoing> CheckInAsync(Delivery delivery, ReadOnlyMemory<byte> answer) => payloads.CheckInAsync(
        answer,
        delivery.Message.Accepts(Accepted.ClaimCheck),
        deadline: null,
        $"the result of {delivery.Queue}",
        CancellationToken.None);

    private async Task DeliverResultAsync(
        Message request, Guid runId, Guid claimId, Outgoing outgoing, string status, CancellationToken stopping)
    {
        var result = new Message
        {
            Body = outgoing.Body,
            CorrelationId = request.CorrelationId,
            Persistent = true,
            Headers = outgoing.Headers(new Dictionary<string, string>
            {
                [MessageHeaders.Run] = runId.ToString(),
                [MessageHeaders.Claim] = claimId.ToString(),
                [MessageHeaders.Status] = status,
                [MessageHeaders.Version] = WireVersion.Current,
            }),
        };
        while (true)
        {
            try
            {
                await transport.SendConfirmedAsync(request.ReplyTo ?? Queues.Results, result, CancellationToken.None);
                return;
            }
            catch (MeshException exception) when (exception.Retryable && !stopping.IsCancellationRequested)
            {
                // The broker is away. The lease runs on in the gateway, which does not count an outage against it.
                await Task.Delay(RetryDelay, time, stopping);
            }
        }
    }
}
