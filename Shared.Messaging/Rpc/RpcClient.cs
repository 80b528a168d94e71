using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Shared.Messaging.Payloads;
using Skipper.Shared.Messaging.Streaming;
using Skipper.Shared.Messaging.Telemetry;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>
/// Calls over an <see cref="ITransport"/>: one reply queue per process, nothing created per call but one entry.
/// </summary>
internal sealed partial class RpcClient : IRpcClient, IDisposable
{
    private readonly ConcurrentDictionary<string, QueueLoad> _loads = new();
    private readonly PendingCalls _pending;
    private readonly WorkerProbe _probe;
    private readonly ITransport _transport;
    private readonly ClaimCheck _payloads;
    private readonly ReplyStreams _streams;
    private readonly MessagingOptions _options;
    private readonly TimeProvider _time;
    private readonly QueueWatch _watch;

    public RpcClient(
        ITransport transport, IOptions<MessagingOptions> options, ClaimCheck payloads, ReplyStreams streams, TimeProvider time)
    {
        (_transport, _options, _payloads, _streams, _time) = (transport, options.Value, payloads, streams, time);
        _pending = new PendingCalls(time);
        _probe = new WorkerProbe(transport, time);
        _watch = new QueueWatch(_pending, _probe, Load, time);
        transport.ReplyReceived = Receive;
        transport.Returned = _pending.FailReturned;
        transport.Disconnected = _pending.FailAll;
    }

    public async Task<TReply> CallAsync<TReply>(
        IRequest<TReply> request, CallOptions options = default, CancellationToken cancellationToken = default)
    {
        var taskType = RequestContract.Of(request.GetType());
        var body = RequestContract.Write(request, taskType);
        var isRepeatable = taskType.Idempotent || options.IdempotencyKey is not null;
        return RequestContract.Read<TReply>(
            await CallAsync(taskType.Queue, body, options, isRepeatable, follower: null, cancellationToken), taskType);
    }

    public Task<ReadOnlyMemory<byte>> CallAsync(
        string queue, ReadOnlyMemory<byte> body, CallOptions options = default, CancellationToken cancellationToken = default) =>
        CallAsync(queue, body, options, isRepeatable: options.IdempotencyKey is not null, follower: null, cancellationToken).AsTask();

    public void Dispose()
    {
        _watch.Dispose();
        _pending.Dispose();
    }

    // Pooled, as is the exchange below: these two are the largest of what a call would leave behind.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadOnlyMemory<byte>> CallAsync(
        string queue,
        ReadOnlyMemory<byte> body,
        CallOptions options,
        bool isRepeatable,
        CallFollower? follower,
        CancellationToken cancellationToken)
    {
        var measurement = MessagingTelemetry.StartCall(queue);
        ErrorCode? failure = null;
        var load = Load(queue);
        var inFlight = load.Enter();
        try
        {
            var budget = Budget(options.Timeout);
            RequireRoom(queue, load, inFlight, budget);
            var call = new Call(queue, body, options.IdempotencyKey, follower, load);
            var answer = isRepeatable && CallDeadline.Current is null
                ? await RepeatAsync(call, budget, cancellationToken)
                : Answer(await ExchangeAsync(call, budget, cancellationToken));
            load.Retries.Succeeded();
            return answer;
        }
        catch (MeshException exception)
        {
            failure = exception.Code;
            load.Retries.Failed(exception);
            throw;
        }
        catch (OperationCanceledException)
        {
            failure = ErrorCode.Cancelled;
            throw;
        }
        finally
        {
            measurement.End(failure);
            load.Leave();
        }
    }

    private void RequireRoom(string queue, QueueLoad load, int inFlight, TimeSpan budget)
    {
        try
        {
            load.RequireRoom(inFlight, _options.MaxInFlight, budget);
        }
        catch (MeshException refusal)
        {
            MessagingTelemetry.Shed(queue, refusal.Code);
            throw;
        }
    }

    private QueueLoad Load(string queue) =>
        _loads.GetOrAdd(queue, static (name, time) => new QueueLoad(name, time), _time);

    private static ReadOnlyMemory<byte> Answer(Message reply) =>
        ErrorReply.Read(reply.Header(MessageHeaders.Status), reply.Body) is { } error ? throw error : reply.Body;

    /// <summary>
    /// Only the first caller in a chain repeats; if each did, one failure at the end would multiply with every hop.
    /// </summary>
    private async Task<ReadOnlyMemory<byte>> RepeatAsync(Call call, TimeSpan budget, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return Answer(await ExchangeAsync(call, budget - _time.GetElapsedTime(started), cancellationToken));
            }
            catch (MeshException error)
            {
                var remaining = budget - _time.GetElapsedTime(started);
                if (call.Load.Retries.PauseBeforeNext(error, attempts, remaining) is not { } pause)
                {
                    throw;
                }

                call.Load.Retries.Failed(error);
                MessagingTelemetry.Retried(call.Queue, error.Code);
                await Task.Delay(pause, _time, cancellationToken);
            }
        }
    }

    private ValueTask<Message> ExchangeAsync(Call call, TimeSpan timeout, CancellationToken cancellationToken) =>
        _payloads.IsLarge(call.Body)
            ? new ValueTask<Message>(ExchangeLargeAsync(call, timeout, cancellationToken))
            : ExchangeAsync(call, new Outgoing(call.Body), timeout, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Message> ExchangeAsync(
        Call call, Outgoing outgoing, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!_probe.HasAnsweredLately(call.Queue))
        {
            timeout = await RequireWorkerAsync(call.Queue, timeout, cancellationToken);
        }

        var replyTo = _transport.ReplyQueue;
        var (correlationId, pending) = _pending.Add(call.Queue, timeout, call.Follower);
        using var cancellation = cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingCall)state!).TrySetCanceled(token), pending);
        try
        {
            var message = new Message
            {
                Body = outgoing.Body,
                CorrelationId = correlationId,
                ReplyTo = replyTo,
                SentAt = _time.GetUtcNow(),
                Expiration = timeout,
                Headers = outgoing.Headers(
                    Announced(call.Headers(MessagingTelemetry.TraceHeaders()), call.Follower is not null)),
            };
            var sending = _transport.SendAsync(call.Queue, message, cancellationToken);
            if (!sending.IsCompletedSuccessfully)
            {
                // A connection that takes no bytes must not hold a call beyond its deadline.
                await Task.WhenAny(sending.AsTask(), pending.Task).Unwrap();
            }

            var reply = await pending.Task;
            call.Load.Completed();
            _probe.Seen(call.Queue);
            _payloads.Learn(call.Queue, reply);
            return reply.Header(MessageHeaders.ClaimCheck) is null ? reply : await OpenAsync(reply, pending, cancellationToken);
        }
        catch (Exception) when (pending.Task.IsCanceled || pending.IsGivenUp)
        {
            _transport.Abandon(new CallId(replyTo, correlationId));
            throw;
        }
        finally
        {
            _pending.Remove(correlationId);
        }
    }

    private void Receive(Message reply)
    {
        switch (reply.Header(MessageHeaders.Status))
        {
            case Statuses.Progress or Statuses.Part:
                _pending.Update(reply);
                break;
            case Statuses.Taken:
                _streams.Taken(reply);
                break;
            default:
                _pending.Complete(reply);
                break;
        }
    }

    /// <summary>Returns what is left of the timeout.</summary>
    private async Task<TimeSpan> RequireWorkerAsync(string queue, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            await _probe.AskAsync(queue).WaitAsync(timeout, _time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new MeshException(
                ErrorCode.DeadlineExceeded, $"The broker did not say before the deadline whether {queue} has a worker.", exception);
        }

        var remaining = timeout - _time.GetElapsedTime(started);
        return remaining > TimeSpan.Zero ? remaining : throw TooLate();
    }

    private TimeSpan Budget(TimeSpan? requested)
    {
        var budget = requested ?? _options.Timeout;
        if (CallDeadline.Current is { } deadline && deadline - _time.GetUtcNow() is var remaining && remaining < budget)
        {
            budget = remaining;
        }

        return budget > TimeSpan.Zero ? budget : throw TooLate();
    }

    private static MeshException TooLate() =>
        new(ErrorCode.DeadlineExceeded, "The deadline passed before the call was made.");

    /// <summary>What one call needs on its way, however often it is sent.</summary>
    private readonly record struct Call(
        string Queue, ReadOnlyMemory<byte> Body, string? IdempotencyKey, CallFollower? Follower, QueueLoad Load)
    {
        public IReadOnlyDictionary<string, string>? Headers(IReadOnlyDictionary<string, string>? others) =>
            IdempotencyKey is null
                ? others
                : new Dictionary<string, string>(others ?? MessageHeaders.None)
                {
                    [MessageHeaders.IdempotencyKey] = IdempotencyKey,
                };
    }
}
