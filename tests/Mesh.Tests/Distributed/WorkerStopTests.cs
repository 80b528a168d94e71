using System.Text;
using RabbitMQ.Client;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Distributed;

/// <summary>A worker process that is told to stop (SIGTERM) while it works.</summary>
[Collection(nameof(DistributedMesh))]
public sealed class WorkerStopTests(DistributedMesh mesh) : IAsyncLifetime
{
    private const string Training =
        """{"task_type":"training","payload":"0.2","data":{"model":"stopped","engine":"xgboost","parameters":{"rounds":2000,"eta":0.001,"max_depth":5,"early_stopping_rounds":2000}}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await mesh.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_call_in_the_middle_of_which_its_worker_is_told_to_stop_is_answered_and_the_worker_ends_well()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        await using var connection = await new ConnectionFactory { Uri = mesh.Broker }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Token);
        var replies = (await channel.QueueDeclareAsync(cancellationToken: Token)).QueueName;
        await channel.BasicPublishAsync(
            "",
            Queues.Training,
            true,
            new BasicProperties { CorrelationId = "stopped", ReplyTo = replies },
            Encoding.UTF8.GetBytes(Training),
            CancellationToken.None);
        await Eventually.TrueAsync(
            async () => await channel.MessageCountAsync(Queues.Training, Token) == 0, "the worker takes it", Token);
        Assert.Null(await channel.BasicGetAsync(replies, autoAck: true, Token));

        var worker = mesh["Services.Training"].Process;
        var code = await worker.TerminateAsync(Token);

        // The process has ended, so what it had to say is there or was lost.
        var reply = await channel.BasicGetAsync(replies, autoAck: true, Token);
        Assert.True(reply is not null, worker.Output);
        Assert.Equal("stopped", reply.BasicProperties.CorrelationId);
        Assert.Contains("TASK_COMPLETED", Encoding.UTF8.GetString(reply.Body.Span), StringComparison.Ordinal);
        Assert.True(code == 0, $"exit code {code}\n{worker.Output}");
        Assert.Equal(0u, await channel.MessageCountAsync(Queues.Training, Token));
    }
}
