using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>A test that acts as a worker, or as an operator, at the broker: message by message.</summary>
internal sealed class BrokerHand : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _replies;

    private BrokerHand(IConnection connection, IChannel channel, string replies) =>
        (_connection, _channel, _replies) = (connection, channel, replies);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<BrokerHand> ConnectAsync(Uri broker)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(Token);
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Token);
        return new BrokerHand(connection, channel, (await channel.QueueDeclareAsync(cancellationToken: Token)).QueueName);
    }

    /// <summary>Declares a task queue as workers do.</summary>
    public Task DeclareAsync(string queue) =>
        _channel.QueueDeclareAsync(queue, durable: false, exclusive: false, autoDelete: false, cancellationToken: Token);

    public Task DeleteAsync(string queue) => _channel.QueueDeleteAsync(queue, cancellationToken: Token);

    /// <summary>Until a queue has that many messages that nobody was given yet.</summary>
    public Task WaitForCountAsync(string queue, uint count) => Eventually.TrueAsync(
        async () => await _channel.MessageCountAsync(queue, Token) == count, $"{count} messages wait in {queue}", Token);

    /// <summary>Takes a message for good, as a worker does that has claimed it, and returns its correlation id.</summary>
    public async Task<string> TakeAsync(string queue) => (await GetAsync(queue)).BasicProperties.CorrelationId!;

    /// <summary>Asks for the right to execute an attempt, and returns the answer.</summary>
    public async Task<string> ClaimAsync(string attempt, Guid claim)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { task_type = "claim_step", attempt, claim_id = claim, worker = "hand" });
        await PublishAsync(Queues.Control, new BasicProperties { CorrelationId = "claim", ReplyTo = _replies }, body);
        using var answer = JsonDocument.Parse((await GetAsync(_replies)).Body);
        return answer.RootElement.GetProperty("state").GetString()!;
    }

    /// <summary>Sends a request whose answer comes to this hand.</summary>
    public Task AskAsync(string queue, string id, string body) =>
        PublishAsync(queue, new BasicProperties { CorrelationId = id, ReplyTo = _replies }, Encoding.UTF8.GetBytes(body));

    /// <summary>The next answer to one of its requests.</summary>
    public async Task<(string Id, JsonElement Body)> TakeAnswerAsync()
    {
        var answer = await GetAsync(_replies);
        return (answer.BasicProperties.CorrelationId!, JsonElement.Parse(answer.Body.Span));
    }

    /// <summary>Sends the result of an attempt.</summary>
    public Task AnswerAsync(string attempt, Guid claim, string body) => PublishAsync(
        Queues.Results,
        new BasicProperties
        {
            CorrelationId = attempt,
            Persistent = true,
            Headers = new Dictionary<string, object?> { ["x-skipper-claim"] = claim.ToString(), ["x-skipper-status"] = "ok" },
        },
        Encoding.UTF8.GetBytes(body));

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task<BasicGetResult> GetAsync(string queue)
    {
        var message = default(BasicGetResult);
        await Eventually.TrueAsync(
            async () => (message = await _channel.BasicGetAsync(queue, autoAck: true, Token)) is not null, $"a message in {queue}", Token);
        return message!;
    }

    private Task PublishAsync(string queue, BasicProperties properties, byte[] body) =>
        _channel.BasicPublishAsync("", queue, mandatory: true, properties, body, Token).AsTask();
}
