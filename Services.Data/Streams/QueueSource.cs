using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Services.Data.Streams;

/// <summary>
/// The messages of a queue until none comes any more. A message is acknowledged when what became of it is durable; until then, whoever
/// dies gives it back.
/// </summary>
internal sealed class QueueSource : IRecordSource
{
    private readonly StreamQueue _queue;
    private readonly Func<string, Task<bool>> _isKnown;
    private readonly ITransport _transport;
    private readonly TimeProvider _time;
    private readonly TimeSpan _idle;
    private ISubscription? _subscription;

    /// <param name="queue">Which queue, and when it is done.</param>
    /// <param name="isKnown">Whether the message with this id was committed before.</param>
    /// <param name="transport">Where the queue is.</param>
    /// <param name="time">Tells when no message came for long enough.</param>
    public QueueSource(StreamQueue queue, Func<string, Task<bool>> isKnown, ITransport transport, TimeProvider time)
    {
        if (queue.Name.Length == 0 || queue.Name.StartsWith("skipper", StringComparison.Ordinal))
        {
            throw MeshException.InvalidArgument(
                $"Expected a queue of your own; the names of those of the mesh begin with skipper, found {queue.Name}.");
        }

        if (queue.IdleSeconds is not (> 0 and <= 3600))
        {
            throw MeshException.InvalidArgument($"idle_seconds is more than 0 and at most 3600, found {queue.IdleSeconds}.");
        }

        (_queue, _isKnown, _transport, _time) = (queue, isKnown, transport, time);
        _idle = TimeSpan.FromSeconds(queue.IdleSeconds);
    }

    public long? Count => _queue.MaxRecords;

    /// <summary>How many messages may be on their way.</summary>
    public required int Prefetch { get; init; }

    public async IAsyncEnumerable<StreamRecord> ReadAsync(
        long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var deliveries = Channel.CreateUnbounded<Delivery>();
        _subscription = await _transport.ConsumeAsync(_queue.Name, Prefetch, delivery => deliveries.Writer.TryWrite(delivery));
        for (var left = _queue.MaxRecords ?? long.MaxValue; left > 0;)
        {
            if (await NextAsync(deliveries.Reader, cancellationToken) is not { } delivery)
            {
                break;
            }

            if (delivery.Redelivered && delivery.Message.MessageId is { } id && await _isKnown(id))
            {
                await delivery.AckAsync();
                continue;
            }

            left--;
            yield return JsonLinesSource.Parse(++position, delivery.Message.Body).From(delivery.Message.MessageId, delivery.AckAsync);
        }

        await _subscription.StopAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _subscription?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The next message; null where none comes for long enough.</summary>
    private async Task<Delivery?> NextAsync(ChannelReader<Delivery> deliveries, CancellationToken cancellationToken)
    {
        using var idle = new CancellationTokenSource(_idle, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Token);
        try
        {
            return await deliveries.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
