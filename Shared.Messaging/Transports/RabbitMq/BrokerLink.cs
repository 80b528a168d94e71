using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// One generation of the connection: two connections (a blocked publisher must not stop replies and acknowledgements), a channel for
/// calls, one for confirmed messages, and the exclusive reply queue. It is never repaired, only replaced.
/// </summary>
internal sealed partial class BrokerLink : IAsyncDisposable
{
    // A socket write has no timeout of its own, and after a broker restart the client can hang in it.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    // The client bounds each step of opening, but not their sum.
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    // Each channel has one consumer at most, so that its tag, which travels with every delivery, may be short.
    private const string ConsumerTag = "skipper";

    /// <summary>How the names of reply queues begin.</summary>
    public const string ReplyPrefix = "skipper.reply.";

    private readonly ConcurrentDictionary<string, CachedString> _names = new();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _probing = new(1);
    private readonly IConnection _publishing;
    private readonly IConnection _consuming;
    private readonly RabbitMqTransport _owner;
    private IChannel _calls = null!;
    private IChannel _confirmed = null!;
    private IChannel? _probe;

    private BrokerLink(int generation, IConnection publishing, IConnection consuming, RabbitMqTransport owner)
    {
        (Generation, _publishing, _consuming, _owner) = (generation, publishing, consuming, owner);
        // It travels with every message, twice: a short one costs less.
        ReplyQueue = $"{ReplyPrefix}{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9))}";
    }

    public int Generation { get; }

    public string ReplyQueue { get; }

    /// <summary>Why the broker takes no messages (memory or disk alarm); null while it does.</summary>
    public string? Blocked { get; private set; }

    /// <summary>Completes with the reason when any part of the link is gone.</summary>
    public Task<string> Lost => _lost.Task;

    public static async Task<BrokerLink> OpenAsync(
        RabbitMqOptions options, int generation, RabbitMqTransport owner, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            HostName = options.Host,
            Port = options.Port,
            UserName = options.User,
            Password = options.Password,
            VirtualHost = options.VirtualHost,
            Ssl = BrokerTls.Of(options),
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
        };
        var opening = OpenAsync(factory, generation, owner, cancellationToken);
        try
        {
            return await opening.WaitAsync(OpenTimeout, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            _ = DiscardAsync(opening);
            throw;
        }
    }

    /// <summary>Whether an exception of the client says that the connection or channel is gone.</summary>
    public static bool IsLoss(Exception exception) => exception is OperationInterruptedException or OperationCanceledException
        or TimeoutException or IOException or ObjectDisposedException or ChannelClosedException;

    public ValueTask SendAsync(string queue, Message message)
    {
        ValueTask sending;
        try
        {
            sending = _calls.BasicPublishAsync(
                CachedString.Empty,
                _names.GetOrAdd(queue, static name => new CachedString(name)),
                mandatory: message.CorrelationId is not null,
                new WireProperties(message),
                message.Body);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            throw Gone(exception);
        }

        return sending.IsCompletedSuccessfully ? default : Bounded(sending);
    }

    public async Task SendConfirmedAsync(string queue, Message message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // No token: the client corrupts its confirm sequence when a tracked publish is cancelled.
            await Bounded(_confirmed.BasicPublishAsync(
                string.Empty, queue, mandatory: true, new WireProperties(message), message.Body, CancellationToken.None));
        }
        catch (PublishException exception) when (exception.IsReturn)
        {
            throw MeshException.Unavailable($"There is no queue {queue}: no worker for it has started yet.", exception);
        }
    }

    public Task<IChannel> OpenChannelAsync(CancellationToken cancellationToken) =>
        _consuming.CreateChannelAsync(cancellationToken: cancellationToken);

    public async Task<QueueState?> InspectAsync(string queue, CancellationToken cancellationToken)
    {
        await _probing.WaitAsync(cancellationToken);
        try
        {
            if (_probe is not { IsOpen: true })
            {
                await (_probe?.DisposeAsync() ?? default);
                _probe = await OpenChannelAsync(cancellationToken);
            }

            var found = await _probe.QueueDeclarePassiveAsync(queue, cancellationToken);
            return new QueueState((int)found.ConsumerCount, (int)found.MessageCount);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
        {
            // Another connection's exclusive queue, such as a reply queue: it lives as long as its owner, who consumes it.
            return new QueueState(Consumers: 1, Waiting: 0);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            throw Gone(exception);
        }
        finally
        {
            _probing.Release();
        }
    }

    /// <summary>Waits for a reply or an acknowledgement to be written; what is lost with the link, the broker delivers again.</summary>
    public async ValueTask IgnoreLossAsync(ValueTask sending)
    {
        try
        {
            await Bounded(sending);
        }
        catch (MeshException)
        {
            // There is nobody left to tell.
        }
    }

    /// <summary>Declares the link unusable, once; the supervisor replaces it.</summary>
    public void MarkLost(string reason) => _lost.TrySetResult(reason);

    public async ValueTask DisposeAsync()
    {
        MarkLost("closed");
        await (_canary?.DisposeAsync() ?? default);
        await Task.WhenAll(CloseAsync(_publishing), CloseAsync(_consuming));
    }

    private static async Task<BrokerLink> OpenAsync(
        ConnectionFactory factory, int generation, RabbitMqTransport owner, CancellationToken cancellationToken)
    {
        var publishing = await factory.CreateConnectionAsync("skipper publish", cancellationToken);
        BrokerLink? link = null;
        try
        {
            var consuming = await factory.CreateConnectionAsync("skipper consume", cancellationToken);
            link = new BrokerLink(generation, publishing, consuming, owner) { Factory = factory };
            await link.PrepareAsync(cancellationToken);
            return link;
        }
        catch
        {
            await (link?.DisposeAsync() ?? new ValueTask(CloseAsync(publishing)));
            throw;
        }
    }

    /// <summary>Whatever still comes of an attempt that took too long is closed, not kept.</summary>
    private static async Task DiscardAsync(Task<BrokerLink> opening)
    {
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await opening.Result.DisposeAsync();
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var connection in (IConnection[])[_publishing, _consuming])
        {
            connection.ConnectionShutdownAsync += OnShutdownAsync;
            connection.ConnectionBlockedAsync += (_, blocked) => OnBlockedAsync(blocked.Reason);
            connection.ConnectionUnblockedAsync += (_, _) => OnBlockedAsync(null);
        }

        _calls = await _publishing.CreateChannelAsync(cancellationToken: cancellationToken);
        _calls.ChannelShutdownAsync += OnShutdownAsync;
        _calls.BasicReturnAsync += (_, returned) =>
        {
            if (returned.RoutingKey == ReplyQueue)
            {
                MarkLost("the reply queue is gone");
            }
            else if (returned.BasicProperties.CorrelationId is { } correlationId)
            {
                _owner.Returned?.Invoke(correlationId);
            }

            return Task.CompletedTask;
        };
        _confirmed = await _publishing.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            cancellationToken);
        _confirmed.ChannelShutdownAsync += OnShutdownAsync;

        var replies = await OpenChannelAsync(cancellationToken);
        replies.ChannelShutdownAsync += OnShutdownAsync;
        foreach (var queue in (string[])[Queues.Control, Queues.Results, Queues.Dead])
        {
            await _owner.Declarer.EnsureAsync(this, queue);
        }

        await replies.QueueDeclareAsync(
            ReplyQueue, durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
        await replies.BasicConsumeAsync(
            ReplyQueue, autoAck: true, ConsumerTag, new ReplyConsumer(replies, this), cancellationToken);
        await ListenForAbandonedAsync(cancellationToken);
        StartCanary();
    }

    private async ValueTask Bounded(ValueTask sending)
    {
        try
        {
            await sending.AsTask().WaitAsync(WriteTimeout);
        }
        catch (TimeoutException exception)
        {
            MarkLost($"a message could not be written within {WriteTimeout.TotalSeconds:0} s");
            throw Gone(exception);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            throw Gone(exception);
        }
    }

    private Task OnBlockedAsync(string? reason)
    {
        Blocked = reason;
        return Task.CompletedTask;
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs shutdown)
    {
        MarkLost(shutdown.ReplyText);
        return Task.CompletedTask;
    }

    private static MeshException Gone(Exception exception) =>
        MeshException.Unavailable("The connection to the broker was lost.", exception);

    private static async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.CloseAsync(
                Constants.ReplySuccess, "closing", TimeSpan.FromSeconds(2), abort: true, CancellationToken.None);
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    private sealed class ReplyConsumer(IChannel channel, BrokerLink link) : AsyncDefaultBasicConsumer(channel)
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
            if (!link.IsCanary(properties.CorrelationId))
            {
                link._owner.ReplyReceived?.Invoke(RabbitMqMapping.ToMessage(properties, body));
            }

            return Task.CompletedTask;
        }

        public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            link.MarkLost("the reply queue was deleted");
            return Task.CompletedTask;
        }
    }
}
