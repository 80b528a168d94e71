using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

internal sealed partial class BrokerLink : IQueueBroker
{
    public Version? Version => TransientQueues.VersionOf(_consuming.ServerProperties);

    private ConnectionFactory Factory { get; init; } = null!;

    public async Task<bool> ExistsAsync(string queue)
    {
        await using var channel = await OpenChannelAsync(CancellationToken.None);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue);
            return true;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return false;
        }
    }

    public async Task DeclareAsync(string queue, QueueShape shape)
    {
        await using var channel = await OpenChannelAsync(CancellationToken.None);
        await DeclareAsync(channel, queue, shape);
    }

    public async Task DeclareApartAsync(string queue, QueueShape shape)
    {
        var connection = await Factory.CreateConnectionAsync("skipper declare");
        try
        {
            // Not disposed by itself: it goes with its connection, whoever closes that.
            var channel = await connection.CreateChannelAsync();
            await DeclareAsync(channel, queue, shape);
        }
        finally
        {
            await CloseAsync(connection);
        }
    }

    private static Task<QueueDeclareOk> DeclareAsync(IChannel channel, string queue, QueueShape shape) => channel.QueueDeclareAsync(
        queue, durable: shape.IsDurable, exclusive: false, autoDelete: false, arguments: shape.Arguments);
}
