using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using Skipper.Shared.Messaging.Hosting;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Streaming;

public sealed class RabbitMqFollowTests : FollowContract
{
    private protected override Task<MessagingProcess> StartAsync(
        Action<MessagingBuilder> register, Action<IServiceCollection> services) =>
        MessagingProcess.StartRabbitMqAsync(register, services: services);

    [Fact]
    public async Task A_foreign_caller_without_the_header_gets_exactly_one_message()
    {
        await using var process = await StartAsync(async (context, cancellationToken) =>
        {
            for (var i = 0; i < 1000; i++)
            {
                context.Report(i / 10.0, "working");
                await context.SendPartAsync(i, cancellationToken);
            }
        });
        await using var connection = await new ConnectionFactory { Uri = TestServers.RabbitMq }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var replies = (await channel.QueueDeclareAsync(cancellationToken: Token)).QueueName;
        await channel.BasicPublishAsync(
            "",
            Queue,
            false,
            new BasicProperties { CorrelationId = "legacy", ReplyTo = replies },
            """{"task_type":"work"}"""u8.ToArray(),
            Token);

        await Eventually.TrueAsync(async () => await channel.MessageCountAsync(replies, Token) > 0, "a reply", Token);

        // The worker acknowledges after its last message; stopping waits for that.
        await process.StopAsync();
        Assert.Equal(1u, await channel.MessageCountAsync(replies, Token));
        var reply = await channel.BasicGetAsync(replies, autoAck: true, Token);
        Assert.Equal("legacy", reply!.BasicProperties.CorrelationId);
        Assert.Equal("done"u8.ToArray(), reply.Body.ToArray());
    }
}
