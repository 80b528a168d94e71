using Microsoft.Extensions.Logging;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>A queue that stays consumed: through reconnects, a closed channel, a deleted queue and a forgotten consumer.</summary>
internal sealed partial class RabbitMqSubscription(
    string queue,
    int prefetch,
    Action<Delivery> receive,
    Action<RabbitMqSubscription> forget,
    QueueDeclarer declarer,
    TimeProvider time,
    ILogger logger)
    : ISubscription
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan VerifyTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _attaching = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private volatile RabbitMqConsumer? _consumer;
    private int _disposed;

    /// <summary>Declares the queue if it is missing and consumes it; retries for as long as the link lives.</summary>
    public async Task AttachAsync(BrokerLink link)
    {
        await _attaching.WaitAsync();
        try
        {
            while (!_stopping.IsCancellationRequested && !link.Lost.IsCompleted && !IsAttached(link) && !await TryAttachAsync(link)
                && !declarer.IsDenied(queue))
            {
                await Task.Delay(RetryDelay, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            _attaching.Release();
        }
    }

    /// <summary>Asks the broker whether it knows a consumer, and consumes again where it does not.</summary>
    public async Task VerifyAsync(BrokerLink link)
    {
        if (!await _attaching.WaitAsync(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            if (declarer.IsDenied(queue))
            {
                // Somebody else may have declared it meanwhile.
                await TryAttachAsync(link);
            }
            else if (IsAttached(link)
                && await link.InspectAsync(queue, CancellationToken.None).WaitAsync(VerifyTimeout, time) is null or { Consumers: 0 })
            {
                _consumer?.MarkLost("the broker has forgotten it");
            }
        }
        catch (Exception exception) when (exception is MeshException or TimeoutException)
        {
            // No answer: the link itself is about to be replaced.
        }
        finally
        {
            _attaching.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        forget(this);
        try
        {
            await _attaching.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // No time left to tell the broker: the consumer ends with its channel.
            return;
        }

        try
        {
            await (_consumer?.CancelAsync(cancellationToken) ?? Task.CompletedTask);
        }
        catch (Exception exception) when (BrokerLink.IsLoss(exception))
        {
            // The connection is gone, and the consumer with it.
        }
        finally
        {
            _attaching.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await StopAsync(CancellationToken.None);
        await CloseAsync(_consumer);
        _attaching.Dispose();
        _stopping.Dispose();
    }

    private bool IsAttached(BrokerLink link) => _consumer is { IsLost: false } consumer && consumer.Link == link;

    private async Task<bool> TryAttachAsync(BrokerLink link)
    {
        RabbitMqConsumer? consumer = null;
        try
        {
            if (!await declarer.EnsureAsync(link, queue))
            {
                return false;
            }

            // A channel that lost only its consumer is used again: deliveries in hand are answered on it.
            consumer = _consumer is { Channel.IsOpen: true } current && current.Link == link
                ? current
                : new RabbitMqConsumer(await link.OpenChannelAsync(CancellationToken.None), link, queue, prefetch, receive, OnLost, time);
            await consumer.ConsumeAsync();
            _consumer = consumer;
            return true;
        }
        catch (Exception exception) when (BrokerLink.IsLoss(exception))
        {
            LogNotConsumed(queue, exception.GetBaseException().Message);
            // The broker may have taken the consumer all the same: what it sends there would be seen by nobody.
            await CloseAsync(consumer);
            return false;
        }
    }

    private void OnLost(RabbitMqConsumer consumer, string reason)
    {
        if (!_stopping.IsCancellationRequested && !consumer.Link.Lost.IsCompleted)
        {
            LogReattached(queue, reason);
            // Not awaited: this runs on the client's own loop, which must go on for the new consumer to be made.
            _ = Task.Run(() => AttachAsync(consumer.Link));
        }
    }

    private async Task CloseAsync(RabbitMqConsumer? consumer)
    {
        if (consumer is not null)
        {
            await consumer.DisposeAsync().AsTask().WaitAsync(CloseTimeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not consume {Queue}: {Reason}")]
    private partial void LogNotConsumed(string queue, string reason);

    [LoggerMessage(LogLevel.Warning, "Lost the consumer of {Queue} and consumes it again: {Reason}")]
    private partial void LogReattached(string queue, string reason);
}
