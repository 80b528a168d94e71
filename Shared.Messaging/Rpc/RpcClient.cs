using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
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
    private static readonly ConcurrentDictionary<Type, TaskTypeAttribute> TaskTypes = new();

    // A worker that dies with calls in its queue leaves nobody to answer them: it is looked for while they wait.
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, StrongBox> _inFlight = new();
    private readonly PendingCalls _pending;
    private readonly WorkerProbe _probe;
    private readonly ITransport _transport;
    private readonly ClaimCheck _payloads;
    private readonly ReplyStreams _streams;
    private readonly MessagingOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _watch;

    public RpcClient(
        ITransport transport, IOptions<MessagingOptions> options, ClaimCheck payloads, ReplyStreams streams, TimeProvider time)
    {
        (_transport, _options, _payloads, _streams, _time) = (transport, options.Value, payloads, streams, time);
        _pending = new PendingCalls(time);
        _probe = new WorkerProbe(transport, time);
        _watch = time.CreateTimer(_ => _ = FailAbandonedAsync(), null, WatchPeriod, WatchPeriod);
        transport.ReplyReceived = Receive;
        transport.Returned = _pending.FailReturned;
        transport.Disconnected = _pending.FailAll;
    }

    public async Task<TReply> CallAsync<TReply>(
        IRequest<TReply> request, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var type = request.GetType();
        var taskType = TaskTypes.GetOrAdd(type, static contract => contract.GetCustomAttribute<TaskTypeAttribute>()
            ?? throw new InvalidOperationException($"{contract} has no [TaskType]: say on which queue it is answered."));

        var reply = await CallAsync(taskType.Queue, Serialize(request, type, taskType.Name), timeout, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<TReply>(reply.Span, MessageJson.Options)
                ?? throw new JsonException("The reply is null.");
        }
        catch (JsonException exception)
        {
            throw new MeshException(
                ErrorCode.Internal, $"The reply of {taskType.Queue} to {taskType.Name} cannot be read: {exception.Message}", exception);
        }
    }

    public Task<ReadOnlyMemory<byte>> CallAsync(
        string queue, ReadOnlyMemory<byte> body, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        CallAsync(queue, body, timeout, follower: null, cancellationToken);

    public void Dispose()
    {
        _watch.Dispose();
        _pending.Dispose();
    }

    private async Task<ReadOnlyMemory<byte>> CallAsync(
        string queue, ReadOnlyMemory<byte> body, TimeSpan? timeout, CallFollower? follower, CancellationToken cancellationToken)
    {
        var measurement = MessagingTelemetry.StartCall(queue);
        ErrorCode? failure = null;
        var inFlight = _inFlight.GetOrAdd(queue, static _ => new StrongBox());
        try
        {
            if (Interlocked.Increment(ref inFlight.Value) > _options.MaxInFlight)
            {
                MessagingTelemetry.Shed(queue, ErrorCode.ResourceExhausted);
                throw new MeshException(
                    ErrorCode.ResourceExhausted, $"{_options.MaxInFlight} calls to {queue} are in flight already. Retry later.");
            }

            var budget = Budget(timeout);
            var reply = await (_payloads.IsLarge(body)
                ? ExchangeLargeAsync(queue, body, budget, follower, cancellationToken)
                : ExchangeAsync(queue, new Outgoing(body), budget, follower, cancellationToken));
            return ErrorReply.Read(reply.Header(MessageHeaders.Status), reply.Body) is { } error ? throw error : reply.Body;
        }
        catch (MeshException exception)
        {
            failure = exception.Code;
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
            Interlocked.Decrement(ref inFlight.Value);
        }
    }

    private async Task FailAbandonedAsync()
    {
        foreach (var queue in _pending.QueuesWaitingSince(WatchPeriod))
        {
            try
            {
                await _probe.RequireWorkerAsync(queue, CancellationToken.None);
            }
            catch (MeshException error)
            {
                _pending.FailQueue(queue, error);
            }
        }
    }

    private async Task<Message> ExchangeAsync(
        string queue, Outgoing outgoing, TimeSpan timeout, CallFollower? follower, CancellationToken cancellationToken)
    {
        await _probe.RequireWorkerAsync(queue, cancellationToken);
        var (correlationId, call) = _pending.Add(queue, timeout, follower);
        using var cancellation = cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingCall)state!).TrySetCanceled(token), call);
        try
        {
            await _transport.SendAsync(
                queue,
                new Message
                {
                    Body = outgoing.Body,
                    CorrelationId = correlationId,
                    ReplyTo = _transport.ReplyQueue,
                    SentAt = _time.GetUtcNow(),
                    Expiration = timeout,
                    Headers = outgoing.Headers(Announced(MessagingTelemetry.TraceHeaders(), follower is not null)),
                },
                cancellationToken);
            var reply = await call.Task;
            _probe.Seen(queue);
            _payloads.Learn(queue, reply);
            return reply.Header(MessageHeaders.ClaimCheck) is null ? reply : await OpenAsync(reply, call, cancellationToken);
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

    private TimeSpan Budget(TimeSpan? requested)
    {
        var budget = requested ?? _options.Timeout;
        if (CallDeadline.Current is { } deadline && deadline - _time.GetUtcNow() is var remaining && remaining < budget)
        {
            budget = remaining;
        }

        return budget > TimeSpan.Zero
            ? budget
            : throw new MeshException(ErrorCode.DeadlineExceeded, "The deadline passed before the call was made.");
    }

    private static ReadOnlyMemory<byte> Serialize(object request, Type type, string taskType)
    {
        var members = JsonSerializer.SerializeToElement(request, type, MessageJson.Options);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("task_type"u8, taskType);
            foreach (var member in members.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private sealed class StrongBox
    {
        public int Value;
    }
}
