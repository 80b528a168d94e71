using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// Calls that were given up: told to every worker over a fanout exchange, because nobody knows which of them has the request.
/// </summary>
internal sealed partial class BrokerLink
{
    public void Abandon(CallId call) => _ = PublishAbandonedAsync(call);

    private async Task PublishAbandonedAsync(CallId call)
    {
        try
        {
            await Bounded(_calls.BasicPublishAsync(
                Queues.Cancel,
                string.Empty,
                mandatory: false,
                new BasicProperties { DeliveryMode = DeliveryModes.Transient },
                JsonSerializer.SerializeToUtf8Bytes(call, MessageJson.Options)));
        }
        catch (Exception exception) when (exception is MeshException or OperationInterruptedException or ObjectDisposedException)
        {
            // The connection is gone, and with it the reply queue, by whose absence a worker learns the same.
        }
    }

    private async Task ListenForAbandonedAsync(CancellationToken cancellationToken)
    {
        var channel = await OpenChannelAsync(cancellationToken);
        channel.ChannelShutdownAsync += OnShutdownAsync;
        // Declared by callers too: publishing to an exchange that is missing would close their channel.
        await channel.ExchangeDeclareAsync(
            Queues.Cancel, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        if (_owner.Abandoned is null)
        {
            return;
        }

        var queue = $"{Queues.Cancel}.{Guid.NewGuid():N}";
        await channel.QueueDeclareAsync(
            queue, durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, Queues.Cancel, string.Empty, cancellationToken: cancellationToken);
        await channel.BasicConsumeAsync(queue, autoAck: true, ConsumerTag, new AbandonedConsumer(channel, this), cancellationToken);
    }

    private sealed class AbandonedConsumer(IChannel channel, BrokerLink link) : AsyncDefaultBasicConsumer(channel)
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
            try
            {
                link._owner.Abandoned?.Invoke(JsonSerializer.Deserialize<CallId>(body.Span, MessageJson.Options));
            }
            catch (JsonException)
            {
                // Not a call that anybody could be working on.
            }

            return Task.CompletedTask;
        }

        public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            link.MarkLost("the queue for canceled calls was deleted");
            return Task.CompletedTask;
        }
    }
}
