using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.QueuePipelines;

/// <summary>Over RabbitMQ, with a client that knows nothing of the mesh: queues declared as any script does, and the bare properties.</summary>
public sealed class RabbitMqQueuePipelineTests : QueuePipelineContract
{
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    private protected override IReadOnlyDictionary<string, string?> Settings
    {
        get
        {
            var broker = TestServers.RabbitMq;
            var user = broker.UserInfo.Split(':');
            return new Dictionary<string, string?>
            {
                ["Skipper:Messaging:RabbitMq:Host"] = broker.Host,
                ["Skipper:Messaging:RabbitMq:Port"] = $"{broker.Port}",
                ["Skipper:Messaging:RabbitMq:User"] = user[0],
                ["Skipper:Messaging:RabbitMq:Password"] = user[1],
            };
        }
    }

    public override async ValueTask InitializeAsync()
    {
        _connection = await new ConnectionFactory { Uri = TestServers.RabbitMq }.CreateConnectionAsync(Token);
        _channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        await _channel.QueueDeclareAsync(Input, durable: false, exclusive: false, autoDelete: false, cancellationToken: Token);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _channel.QueueDeleteAsync(Input);
        await _channel.QueueDeleteAsync(Output);
        await _connection.DisposeAsync();
    }

    private protected override async Task SendAsync(string body, string correlationId) => await _channel.BasicPublishAsync(
        "", Input, mandatory: true, new BasicProperties { CorrelationId = correlationId }, Encoding.UTF8.GetBytes(body), Token);

    private protected override async Task<IAsyncDisposable> ReadAsync(
        BlockingCollection<(string? CorrelationId, JsonElement Answer)> answers)
    {
        var channel = await _connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeclareAsync(Output, durable: false, exclusive: false, autoDelete: false, cancellationToken: Token);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            answers.Add((message.BasicProperties.CorrelationId, JsonElement.Parse(message.Body.ToArray())));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(Output, autoAck: true, consumer, Token);
        return channel;
    }
}
