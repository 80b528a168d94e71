using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// Supervises the connection to the broker. The client's own recovery is off, because it loses consumers and never heals a closed
/// channel: a lost connection is thrown away whole and a new <see cref="BrokerLink"/>, with a higher generation, takes its place.
/// </summary>
internal sealed partial class RabbitMqTransport(
    IOptions<RabbitMqOptions> options, TimeProvider time, ILogger<RabbitMqTransport> logger)
    : BackgroundService, ITransport
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<RabbitMqSubscription> _subscriptions = [];
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BrokerLink? _link;
    private volatile string _reason = "not started";
    private int _generation;

    public TransportState State => _link is { } link
        ? new TransportState(link.Blocked is null, link.Generation, link.Blocked ?? "")
        : new TransportState(IsReady: false, _generation, _reason);

    public string ReplyQueue => Link().ReplyQueue;

    public Action<Message>? ReplyReceived { get; set; }

    public Action<string>? Returned { get; set; }

    public Action<string>? Disconnected { get; set; }

    public ValueTask SendAsync(string queue, Message message, CancellationToken cancellationToken) =>
        Link().SendAsync(queue, message);

    public Task SendConfirmedAsync(string queue, Message message, CancellationToken cancellationToken) =>
        Link().SendConfirmedAsync(queue, message, cancellationToken);

    public async Task<ISubscription> ConsumeAsync(string queue, int prefetch, Action<Delivery> receive)
    {
        var subscription = new RabbitMqSubscription(queue, prefetch, receive, Forget, time, logger);
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

    public Task<int?> CountConsumersAsync(string queue, CancellationToken cancellationToken) =>
        Link().CountConsumersAsync(queue, cancellationToken);

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _ready.Task.WaitAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delay = FirstDelay;
        var waitIsLogged = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var link = await BrokerLink.OpenAsync(options.Value, _generation + 1, this, stoppingToken);
                delay = FirstDelay;
                waitIsLogged = false;
                await RunAsync(link, stoppingToken);
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

                await Task.Delay(Jittered(delay), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }

    private async Task RunAsync(BrokerLink link, CancellationToken stoppingToken)
    {
        List<RabbitMqSubscription> subscriptions;
        lock (_lock)
        {
            _link = link;
            _generation = link.Generation;
            subscriptions = [.. _subscriptions];
        }

        try
        {
            await Task.WhenAll(subscriptions.Select(subscription => subscription.AttachAsync(link)));
            LogConnected(options.Value.Host, options.Value.Port, link.Generation);
            _ready.TrySetResult();
            _reason = await link.Lost.WaitAsync(stoppingToken);
            LogLost(_reason, link.Generation);
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
