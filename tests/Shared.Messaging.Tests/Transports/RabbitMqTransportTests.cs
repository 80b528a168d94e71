using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Transports;

public sealed class RabbitMqTransportTests : TransportContract
{
    private readonly string _queue = $"test_{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ReadOnlyMemory<byte> Body => """{"task_type":"echo"}"""u8.ToArray();

    private protected override Task<MessagingProcess> StartAsync() => MessagingProcess.StartRabbitMqAsync(_ => { });

    [Fact]
    public async Task Traffic_flows_again_after_the_connections_were_cut()
    {
        await using var proxy = new FaultyProxy(TestServers.RabbitMq.Host, TestServers.RabbitMq.Port);
        await using var process = await MessagingProcess.StartRabbitMqAsync(Echo, proxy.Port);
        await process.Client.CallAsync(_queue, Body, cancellationToken: Token);
        var generation = process.Transport.State.Generation;

        proxy.Cut();

        await Eventually.TrueAsync(() => process.Transport.State.Generation > generation, "a new connection", Token);
        await Eventually.TrueAsync(() => AnswersAsync(process), "the worker consumes again", Token);
    }

    [Fact]
    public async Task A_call_in_flight_fails_as_retryable_when_the_connection_is_lost()
    {
        await using var proxy = new FaultyProxy(TestServers.RabbitMq.Host, TestServers.RabbitMq.Port);
        await using var process = await MessagingProcess.StartRabbitMqAsync(_ => { }, proxy.Port);
        var taken = new TaskCompletionSource();
        await using var silent = await process.Transport.ConsumeAsync(_queue, 1, _ => taken.TrySetResult());
        var call = process.Client.CallAsync(_queue, Body, TimeSpan.FromMinutes(5), Token);
        await taken.Task.WaitAsync(Token);

        proxy.Cut();

        var error = await Assert.ThrowsAsync<MeshException>(() => call);
        Assert.Equal(ErrorCode.Unavailable, error.Code);
        Assert.True(error.Retryable);
    }

    [Fact]
    public async Task A_broker_that_is_away_at_start_is_waited_for()
    {
        await using var proxy = new FaultyProxy(TestServers.RabbitMq.Host, TestServers.RabbitMq.Port);
        await proxy.CloseAsync();
        await using var process = await MessagingProcess.StartRabbitMqAsync(Echo, proxy.Port, waitUntilReady: false);
        var error = await Assert.ThrowsAsync<MeshException>(() => process.Client.CallAsync(_queue, Body, cancellationToken: Token));
        Assert.Equal(ErrorCode.Unavailable, error.Code);

        proxy.Reopen();

        await process.Transport.WaitUntilReadyAsync(Token);
        Assert.Equal(Body.ToArray(), (await process.Client.CallAsync(_queue, Body, cancellationToken: Token)).ToArray());
    }

    [Fact]
    public async Task A_queue_deleted_under_its_worker_is_declared_and_consumed_again()
    {
        await using var process = await MessagingProcess.StartRabbitMqAsync(Echo);
        await process.Client.CallAsync(_queue, Body, cancellationToken: Token);

        await using var connection = await new ConnectionFactory { Uri = TestServers.RabbitMq }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeleteAsync(_queue, cancellationToken: Token);

        await Eventually.TrueAsync(() => AnswersAsync(process), "the worker consumes the new queue", Token);
    }

    [Fact]
    public async Task A_task_queue_has_the_shape_that_skipper_lib_declares()
    {
        await using var process = await MessagingProcess.StartRabbitMqAsync(Echo);
        await using var connection = await new ConnectionFactory { Uri = TestServers.RabbitMq }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);

        // The broker answers 406 and closes the channel if the shape differs.
        var declared = await channel.QueueDeclareAsync(
            _queue, durable: false, exclusive: false, autoDelete: false, cancellationToken: Token);
        Assert.Equal(1u, declared.ConsumerCount);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("quorum")]
    public async Task A_task_queue_of_the_durable_profile_is_declared_so(string? type)
    {
        await using var process = await MessagingProcess.StartRabbitMqAsync(Echo, settings: Durable(type));
        await using var connection = await new ConnectionFactory { Uri = TestServers.RabbitMq }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);

        // The broker answers 406 and closes the channel if the shape differs.
        await channel.QueueDeclareAsync(
            _queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            type is null ? null : new Dictionary<string, object?> { ["x-queue-type"] = type },
            cancellationToken: Token);
        Assert.Equal(Body.ToArray(), (await process.Client.CallAsync(_queue, Body, cancellationToken: Token)).ToArray());
    }

    [Fact]
    public async Task A_queue_that_exists_in_another_shape_is_consumed_as_it_is_and_the_log_says_so()
    {
        await using var connection = await new ConnectionFactory { Uri = TestServers.RabbitMq }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeclareAsync(_queue, durable: false, exclusive: false, autoDelete: false, cancellationToken: Token);
        using var log = new LogLines();

        await using var process = await MessagingProcess.StartRabbitMqAsync(
            Echo, services: services => services.AddSingleton<ILoggerProvider>(log), settings: Durable(type: null));

        Assert.Equal(Body.ToArray(), (await process.Client.CallAsync(_queue, Body, cancellationToken: Token)).ToArray());
        var line = Assert.Single(log.Lines);
        Assert.StartsWith($"Used {_queue} as it is, though it should be durable: PRECONDITION_FAILED", line, StringComparison.Ordinal);
        Assert.Contains("received 'true' but current is 'false'", line, StringComparison.Ordinal);
        Assert.True(process.Transport.State.IsReady);
    }

    [Fact]
    public async Task A_request_without_any_header_is_answered()
    {
        await using var process = await MessagingProcess.StartRabbitMqAsync(Echo);
        await using var connection = await new ConnectionFactory { Uri = TestServers.RabbitMq }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var replies = (await channel.QueueDeclareAsync(cancellationToken: Token)).QueueName;

        await channel.BasicPublishAsync(
            "", _queue, false, new BasicProperties { CorrelationId = "legacy", ReplyTo = replies }, Body, Token);

        BasicGetResult? reply = null;
        await Eventually.TrueAsync(
            async () => (reply = await channel.BasicGetAsync(replies, autoAck: true, Token)) is not null, "a reply", Token);
        Assert.Equal("legacy", reply!.BasicProperties.CorrelationId);
        Assert.Equal("""{"task_type":"echo"}""", Encoding.UTF8.GetString(reply.Body.Span));
    }

    private Dictionary<string, string?> Durable(string? type) => new()
    {
        [$"Skipper:Messaging:Queues:{_queue}:Profile"] = "Durable",
        [$"Skipper:Messaging:Queues:{_queue}:Type"] = type,
    };

    private void Echo(MessagingBuilder messaging) => messaging.Handle<RawJson, RawJson, EchoHandler>(_queue, "echo");

    private async Task<bool> AnswersAsync(MessagingProcess process)
    {
        try
        {
            await process.Client.CallAsync(_queue, Body, TimeSpan.FromSeconds(2), Token);
            return true;
        }
        catch (MeshException)
        {
            return false;
        }
    }
}
