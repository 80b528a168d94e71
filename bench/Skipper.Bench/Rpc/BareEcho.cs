using System.Collections.Concurrent;
using System.Globalization;
using RabbitMQ.Client;

namespace Skipper.Bench.Rpc;

/// <summary>The least that RabbitMQ.Client needs for RPC: no deadlines, no errors, no recovery, no headers.</summary>
internal sealed class BareEcho : IEcho
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<byte[]>> _pending = new();
    private readonly List<IConnection> _connections = [];
    private readonly string _queue = $"bench_bare_{Guid.NewGuid():N}";
    private IChannel _requests = null!;
    private string _replyQueue = null!;
    private long _counter;

    public static async Task<BareEcho> StartAsync(bool acknowledge)
    {
        var echo = new BareEcho();
        var work = await echo.OpenAsync();
        await work.QueueDeclareAsync(echo._queue, durable: false, exclusive: false, autoDelete: true);
        await work.BasicQosAsync(0, 256, global: false);
        await work.BasicConsumeAsync(echo._queue, autoAck: !acknowledge, new Worker(work, acknowledge));

        echo._requests = await echo.OpenAsync();
        var replies = await echo.OpenAsync();
        echo._replyQueue = (await replies.QueueDeclareAsync()).QueueName;
        await replies.BasicConsumeAsync(echo._replyQueue, autoAck: true, new Replies(replies, echo));
        return echo;
    }

    public Task CallAsync() => CallAsync(RpcBench.Body);

    public async Task<byte[]> CallAsync(byte[] body)
    {
        var correlationId = Interlocked.Increment(ref _counter).ToString(CultureInfo.InvariantCulture);
        var reply = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[correlationId] = reply;
        await _requests.BasicPublishAsync(
            string.Empty, _queue, mandatory: true,
            new BasicProperties { CorrelationId = correlationId, ReplyTo = _replyQueue }, body);
        return await reply.Task;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.CloseAsync();
            await connection.DisposeAsync();
        }
    }

    private async Task<IChannel> OpenAsync()
    {
        var factory = new ConnectionFactory { Uri = new Uri(Environment.GetEnvironmentVariable("SKIPPER_TEST_RABBITMQ")!) };
        var connection = await factory.CreateConnectionAsync();
        _connections.Add(connection);
        return await connection.CreateChannelAsync();
    }

    private sealed class Worker(IChannel channel, bool acknowledge) : AsyncDefaultBasicConsumer(channel)
    {
        public override async Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
            IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            await Channel.BasicPublishAsync(
                string.Empty, properties.ReplyTo!, mandatory: false,
                new BasicProperties { CorrelationId = properties.CorrelationId }, body, cancellationToken);
            if (acknowledge)
            {
                await Channel.BasicAckAsync(deliveryTag, multiple: false, cancellationToken);
            }
        }
    }

    private sealed class Replies(IChannel channel, BareEcho echo) : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
            IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            if (echo._pending.TryRemove(properties.CorrelationId!, out var reply))
            {
                reply.TrySetResult(body.ToArray());
            }

            return Task.CompletedTask;
        }
    }
}
