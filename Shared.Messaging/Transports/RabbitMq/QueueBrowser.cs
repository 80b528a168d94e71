using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// Looks through a queue by taking its messages without acknowledging them and giving them back, which keeps their places. Meanwhile
/// nobody else would see them, so an exclusive queue serves as a lock between processes; it goes with the connection of its owner.
/// </summary>
internal sealed class QueueBrowser(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(25);

    // An exclusive queue belongs to a connection, which all browsers of this process share.
    private readonly SemaphoreSlim _one = new(1);

    public async Task BrowseAsync(
        BrokerLink link, string queue, int limit, Func<Message, Task<BrowseStep>> visit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (!await _one.WaitAsync(Patience, cancellationToken))
        {
            throw Busy(queue);
        }

        try
        {
            var key = $"skipper.lock.{queue}";
            await using var channel = await LockAsync(link, queue, key, started, cancellationToken);
            try
            {
                await WalkAsync(channel, queue, limit, visit, cancellationToken);
            }
            finally
            {
                await ReleaseAsync(channel, key);
            }
        }
        catch (OperationInterruptedException exception)
        {
            throw MeshException.Unavailable($"The broker closed the channel while {queue} was looked at.", exception);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<IChannel> LockAsync(
        BrokerLink link, string queue, string key, long started, CancellationToken cancellationToken)
    {
        while (true)
        {
            var channel = await link.OpenChannelAsync(cancellationToken);
            try
            {
                await channel.QueueDeclareAsync(
                    key, durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellationToken);
                return channel;
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
            {
                await channel.DisposeAsync();
                if (time.GetElapsedTime(started) > Patience)
                {
                    throw Busy(queue);
                }

                await Task.Delay(RetryDelay, time, cancellationToken);
            }
            catch
            {
                await channel.DisposeAsync();
                throw;
            }
        }
    }

    private static async Task WalkAsync(
        IChannel channel, string queue, int limit, Func<Message, Task<BrowseStep>> visit, CancellationToken cancellationToken)
    {
        for (var i = 0; i < limit; i++)
        {
            if (await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is not { } got)
            {
                return;
            }

            switch (await visit(RabbitMqMapping.ToMessage(got.BasicProperties, got.Body)))
            {
                case BrowseStep.Stop:
                    return;
                case BrowseStep.Remove:
                    await channel.BasicAckAsync(got.DeliveryTag, multiple: false, CancellationToken.None);
                    return;
            }
        }
    }

    private static async Task ReleaseAsync(IChannel channel, string key)
    {
        if (channel.IsOpen)
        {
            // Tag 0 means all of this channel. The channel keeps the order: everything is back before the lock is gone.
            await channel.BasicNackAsync(0, multiple: true, requeue: true, CancellationToken.None);
            await channel.QueueDeleteAsync(key, ifUnused: false, ifEmpty: false, cancellationToken: CancellationToken.None);
        }
    }

    private static MeshException Busy(string queue) =>
        MeshException.Unavailable($"Somebody else has looked through {queue} for {Patience.TotalSeconds:0} s. Try again.");
}
