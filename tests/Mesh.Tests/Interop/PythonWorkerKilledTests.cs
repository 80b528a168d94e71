using System.Net;
using RabbitMQ.Client;
using Skipper.Mesh.Tests.Distributed;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Interop;

/// <summary>A Python worker that is killed (SIGKILL) in the middle of a request, which it has not acknowledged.</summary>
[Collection(nameof(DistributedMesh))]
public sealed class PythonWorkerKilledTests(DistributedMesh mesh) : IAsyncLifetime
{
    private const string MobileNet = "skipper_mobilenet";
    private const string Classify = """{"task_type":"mobilenet","payload":"","data":{"image":"orange.jpeg"}}""";
    private const string Took = "took mobilenet";
    private const string TookAgain = "took mobilenet again";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await mesh.StartAsync();

    /// <summary>What nobody answered must not reach the worker of the next test.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = mesh.Broker }.CreateConnectionAsync(CancellationToken.None);
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueuePurgeAsync(MobileNet);
    }

    [Fact]
    public async Task A_call_whose_python_worker_is_killed_in_the_middle_is_answered_by_another_one()
    {
        await using var killed = await StartWorkerAsync("hold");
        var call = mesh.Client.ExecuteSyncAsync(Classify);
        await killed.WaitForLineAsync(Took, Token);
        await using var other = await StartWorkerAsync("classify");

        await killed.KillAsync();

        var (status, body) = await call;
        Assert.True(status == HttpStatusCode.Accepted, $"{status}: {body}");
        Assert.Equal("orange", MeshClient.Text(body.GetProperty("result"), "label"));
        await other.WaitForLineAsync(TookAgain, Token);
        Assert.DoesNotContain(killed.Lines, line => line.StartsWith("answered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_whose_only_python_worker_is_killed_in_the_middle_is_told_so_before_its_deadline()
    {
        await using var killed = await StartWorkerAsync("hold");
        var call = mesh.Client.ExecuteSyncAsync(Classify);
        await killed.WaitForLineAsync(Took, Token);

        await killed.KillAsync();

        // Had it waited for its deadline, the code would be deadline_exceeded.
        var (status, problem) = await call;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), (status, MeshClient.Text(problem, "code")));
        Assert.Contains(MobileNet, MeshClient.Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_whose_python_worker_is_killed_in_the_middle_is_done_by_the_next_one()
    {
        await using var killed = await StartWorkerAsync("hold");
        var taskId = await mesh.Client.ExecuteAsyncAsync(Classify);
        await killed.WaitForLineAsync(Took, Token);

        await killed.KillAsync();
        await using var next = await StartWorkerAsync("classify");

        var done = await mesh.Client.FollowAsync(taskId);
        Assert.Equal("Success", MeshClient.Text(done, "task_status"));
        Assert.Equal("orange", MeshClient.Text(done.GetProperty("result"), "label"));
        await next.WaitForLineAsync(TookAgain, Token);
    }

    private Task<ChildProcess> StartWorkerAsync(string mode) =>
        PythonProcess.StartWorkerAsync(mesh.Broker, MobileNet, mode, Token);
}
