using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Telemetry;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// Supervises the connection to the broker. The client's own recovery is off, because it loses consumers and never heals a closed
/// channel: a lost connection is thrown away whole and a new <see cref="BrokerLink"/>, with a higher generation, takes its place.
/// </summary>
internal sealed partial class RabbitMqTransport(
    IOptions<RabbitMqOptions> options, QueueDeclarer declarer, TimeProvider time, ILogger<RabbitMqTransport> logger)
    : BackgroundService, ITransport
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan VerifyPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly QueueBrowser _browser = new(time);
    private readonly List<RabbitMqSubscription> _subscriptions = [];
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BrokerLink? _link;
    private volatile string _reason = "not started";
    private int _generation;

    public TransportState State => _link is { } link
        ? (link.Blocked ?? declarer.Denial) is { } reason
            ? new TransportState(IsReady: false, link.Generation, reason)
            : new TransportState(IsReady: true, link.Generation, "")
        : new TransportState(IsReady: false, _generation, _reason);

    public string ReplyQueue => Link().ReplyQueue;

    internal TimeProvider Time => time;

    internal QueueDeclarer Declarer => declarer;

    public Action<Message>? ReplyReceived { get; set; }

    public Action<string>? Returned { get; set; }

    public Action<string>? Disconnected { get; set; }

    public Action<CallId>? Abandoned { get; set; }

    public void Abandon(CallId call)
    {
        if (_link is { Blocked: null } link)
        {
            link.Abandon(call);
        }
    }

    public ValueTask SendAsync(string queue, Message message, CancellationToken cancellationToken)
    {
        var link = Link();
        // The connection was renewed after the caller read the name: its reply would go to a queue that is gone.
        return message.ReplyTo is { } replyTo
            && replyTo != link.ReplyQueue && replyTo.StartsWith(BrokerLink.ReplyPrefix, StringComparison.Ordinal)
            ? throw MeshException.Unavailable("The connection to the broker was lost.")
            : link.SendAsync(queue, message);
    }

    public Task SendConfirmedAsync(string queue, Message message, CancellationToken cancellationToken) =>
        Link().SendConfirmedAsync(queue, message, cancellationToken);

    public async Task<ISubscription> ConsumeAsync(string queue, int prefetch, Action<Delivery> receive)
    {
        var subscription = new RabbitMqSubscription(queue, prefetch, receive, Forget, declarer, time, logger);
        BrokerLink? link;
        lock (_lock)
        {
            _subscriptions.Add(subscription);
            link = _link;
        }

        if (link is not null)
        {
            await subscription.AttachAsync(link);
        }

        return subscription;
    }

    public async Task DeclareAsync(string queue, CancellationToken cancellationToken)
    {
        // Only the wait is given up, as below.
        if (!await declarer.EnsureAsync(Link(), queue).WaitAsync(cancellationToken))
        {
            throw MeshException.Unavailable(declarer.Denial ?? $"The broker denies {queue}.");
        }
    }

    public async Task<QueueState?> InspectAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            // Only the wait is given up: the client takes a late answer to a canceled question for a broken connection.
            return await Link().InspectAsync(queue, CancellationToken.None).WaitAsync(ProbeTimeout, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw MeshException.Unavailable(
                $"The broker did not say within {ProbeTimeout.TotalSeconds:0} s whether {queue} has a worker.", exception);
        }
    }

    public Task BrowseAsync(string queue, int limit, Func<Message, Task<BrowseStep>> visit, CancellationToken cancellationToken) =>
        _browser.BrowseAsync(Link(), queue, limit, visit, cancellationToken);

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _ready.Task.WaitAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        _browser.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delay = FirstDelay;
        var waitIsLogged = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var link = await BrokerLink.OpenAsync(options.Value, _generation + 1, this, stoppingToken);
                waitIsLogged = false;
                delay = await RunAsync(link, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) // Whatever the client throws, the supervisor must live to try again.
            {
                _reason = $"RabbitMQ at {options.Value.Host}:{options.Value.Port} cannot be reached: {Innermost(exception)}";
                if (!waitIsLogged)
                {
                    LogWaiting(options.Value.Host, options.Value.Port, Innermost(exception));
                    waitIsLogged = true;
                }

                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }

            await Task.Delay(Jittered(delay), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lives with a link until it is lost, and says how long to wait before the next.</summary>
    private async Task<TimeSpan> RunAsync(BrokerLink link, CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        declarer.Forget();
        lock (_lock)
        {
            _link = link;
            _generation = link.Generation;
        }

        try
        {
            // A link can be lost while a consumer is being made, and that would take the client long to notice.
            await Task.WhenAny(EachSubscriptionAsync(subscription => subscription.AttachAsync(link)), link.Lost);
            LogConnected(options.Value.Host, options.Value.Port, link.Generation);
            if (link.Generation > 1)
            {
                MessagingTelemetry.Reconnected();
            }

            _ready.TrySetResult();
            while (!link.Lost.IsCompleted)
            {
                await ((Task)link.Lost).WaitAsync(VerifyPeriod, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stoppingToken.ThrowIfCancellationRequested();
                _ = EachSubscriptionAsync(subscription => subscription.VerifyAsync(link));
            }

            _reason = await link.Lost;
            LogLost(_reason, link.Generation);
            return time.GetElapsedTime(started) > LongestDelay ? FirstDelay : LongestDelay / 2;
        }
        finally
        {
            lock (_lock)
            {
                _link = null;
                if (_ready.Task.IsCompleted)
                {
                    _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            Disconnected?.Invoke(_reason);
            await CloseAsync(link, stoppingToken);
        }
    }

    private Task EachSubscriptionAsync(Func<RabbitMqSubscription, Task> act)
    {
        List<RabbitMqSubscription> subscriptions;
        lock (_lock)
        {
            subscriptions = [.. _subscriptions];
        }

        return Task.WhenAll(subscriptions.Select(act));
    }

    /// <summary>A lost link takes seconds to close, and nobody needs to wait for that but a process that ends.</summary>
    private static async Task CloseAsync(BrokerLink link, CancellationToken stoppingToken)
    {
        var closing = link.DisposeAsync().AsTask();
        if (stoppingToken.IsCancellationRequested)
        {
            await closing;
        }
    }

    private BrokerLink Link()
    {
        var link = _link ?? throw MeshException.Unavailable($"No connection to the broker: {_reason}");
        return link.Blocked is { } blocked
            ? throw MeshException.Unavailable($"The broker takes no messages now: {blocked}")
            : link;
    }

    private void Forget(RabbitMqSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
        }
    }

    private static TimeSpan Jittered(TimeSpan delay) => delay * (0.75 + (Random.Shared.NextDouble() / 2));

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;
}
