using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>A queue that stays consumed: through reconnects, a closed channel and a deleted queue.</summary>
internal sealed partial class RabbitMqSubscription(
    string queue,
    int prefetch,
    Action<Delivery> receive,
    Action<RabbitMqSubscription> forget,
    TimeProvider time,
    ILogger logger)
    : ISubscription
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _attaching = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private IChannel? _channel;
    private Acknowledgements? _acknowledgements;
    private int _disposed;

    private string Queue => queue;

    /// <summary>Declares the queue if it is missing and consumes it; retries for as long as the link lives.</summary>
    public async Task AttachAsync(BrokerLink link)
    {
        await _attaching.WaitAsync();
        try
        {
            while (!_stopping.IsCancellationRequested && !link.Lost.IsCompleted && !await TryAttachAsync(link))
            {
                await Task.Delay(RetryDelay, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
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
        await _attaching.WaitAsync(cancellationToken);
        try
        {
            if (_channel is { IsOpen: true } channel)
            {
                await channel.BasicCancelAsync(BrokerLink.ConsumerTag, noWait: false, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationInterruptedException or OperationCanceledException)
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
        await (_acknowledgements?.DisposeAsync() ?? default);
        await (_channel?.DisposeAsync() ?? default);

        _attaching.Dispose();
        _stopping.Dispose();
    }

    private async Task<bool> TryAttachAsync(BrokerLink link)
    {
        try
        {
            await DeclareIfMissingAsync(link, _stopping.Token);
            var channel = await link.OpenChannelAsync(_stopping.Token);
            _channel = channel;
            channel.ChannelShutdownAsync += (_, shutdown) => ReattachAsync(link, shutdown.ReplyText);
            await channel.BasicQosAsync(0, (ushort)Math.Min(prefetch, ushort.MaxValue), global: false, _stopping.Token);
            _acknowledgements = new Acknowledgements(channel, link, prefetch, time);
            await channel.BasicConsumeAsync(
                queue, autoAck: false, BrokerLink.ConsumerTag, new Consumer(channel, _acknowledgements, this, link), _stopping.Token);
            return true;
        }
        catch (Exception exception) when (exception is OperationInterruptedException or OperationCanceledException or TimeoutException)
        {
            LogNotConsumed(queue, exception.GetBaseException().Message);
            return false;
        }
    }

    private async Task DeclareIfMissingAsync(BrokerLink link, CancellationToken cancellationToken)
    {
        await using var channel = await link.OpenChannelAsync(cancellationToken);
        try
        {
            // Passive first: a queue that exists, with whatever arguments, was shaped by somebody on purpose.
            await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            await using var declaring = await link.OpenChannelAsync(cancellationToken);
            await declaring.QueueDeclareAsync(
                queue, durable: Queues.IsDurable(queue), exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
        }
    }

    private Task ReattachAsync(BrokerLink link, string reason)
    {
        if (!_stopping.IsCancellationRequested && !link.Lost.IsCompleted)
        {
            LogReattached(queue, reason);
            // Not awaited: this runs on the client's own loop, which must go on for the new channel to open.
            _ = Task.Run(() => AttachAsync(link));
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "Could not consume {Queue}: {Reason}")]
    private partial void LogNotConsumed(string queue, string reason);

    [LoggerMessage(LogLevel.Warning, "Lost the consumer of {Queue} and consumed it again: {Reason}")]
    private partial void LogReattached(string queue, string reason);

    private sealed class Consumer(
        IChannel channel, Acknowledgements acknowledgements, RabbitMqSubscription subscription, BrokerLink link)
        : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(
            string consumerTag,
            ulong deliveryTag,
            bool redelivered,
            string exchange,
            string routingKey,
            IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body,
            CancellationToken cancellationToken = default)
        {
            var delivery = new RabbitMqDelivery(
                acknowledgements, deliveryTag, subscription.Queue, redelivered, RabbitMqMapping.ToMessage(properties, body));
            acknowledgements.Add(delivery);
            subscription.Receive(delivery);
            return Task.CompletedTask;
        }

        // The queue was deleted: the channel is fine, but nothing would ever arrive on it again.
        public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default) =>
            subscription.ReattachAsync(link, "the queue was deleted");
    }

    private void Receive(RabbitMqDelivery delivery) => receive(delivery);
}
