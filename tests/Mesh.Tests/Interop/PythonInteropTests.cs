using System.Net;
using System.Text.Json;
using Skipper.Mesh.Tests.Distributed;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Interop;

/// <summary>
/// Python workers and callers, with exactly the wire shape of skipper-lib, beside our four processes.
/// </summary>
[Collection(nameof(DistributedMesh))]
public sealed class PythonInteropTests(DistributedMesh mesh) : IAsyncLifetime
{
    private const string MobileNet = "skipper_mobilenet";
    private const string Classify = """{"task_type":"mobilenet","payload":"","data":{"image":"orange.jpeg"}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await mesh.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_python_worker_answers_a_synchronous_call()
    {
        await using var worker = await PythonProcess.StartWorkerAsync(mesh.Broker, MobileNet, "classify", Token);
        var (status, body) = await CallUntilNoticedAsync(Classify);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("orange", MeshClient.Text(body.GetProperty("result"), "label"));

        (status, body) = await mesh.Client.PostAsync(
            "/api/v1/skipper/tasks/mobilenet/task_predict", """{"payload":"","data":{"image":"apple.jpeg"}}""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("apple", MeshClient.Text(body.GetProperty("result"), "label"));
    }

    [Fact]
    public async Task A_python_worker_answers_an_asynchronous_task()
    {
        await using var worker = await PythonProcess.StartWorkerAsync(mesh.Broker, MobileNet, "classify", Token);
        var done = await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(Classify));
        Assert.Equal("Success", MeshClient.Text(done, "task_status"));
        Assert.Equal("orange", MeshClient.Text(done.GetProperty("result"), "label"));
    }

    [Fact]
    public async Task A_task_waits_for_a_python_worker_that_starts_later()
    {
        var taskId = await mesh.Client.ExecuteAsyncAsync(Classify);
        await using var worker = await PythonProcess.StartWorkerAsync(mesh.Broker, MobileNet, "classify", Token);
        Assert.Equal("Success", MeshClient.Text(await mesh.Client.FollowAsync(taskId), "task_status"));
    }

    [Fact]
    public async Task A_python_worker_that_raises_is_a_failure_and_never_a_success()
    {
        await using var worker = await PythonProcess.StartWorkerAsync(mesh.Broker, MobileNet, "raise", Token);
        var (status, problem) = await CallUntilNoticedAsync(Classify);
        Assert.Equal((HttpStatusCode.BadGateway, "internal"), (status, MeshClient.Text(problem, "code")));

        var done = await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(Classify));
        Assert.Equal("Failed", MeshClient.Text(done, "task_status"));
        Assert.Contains("Receiver exception", done.GetProperty("error").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_replies_the_first_counts()
    {
        await using var worker = await PythonProcess.StartWorkerAsync(mesh.Broker, MobileNet, "twice", Token);
        var (status, body) = await CallUntilNoticedAsync(Classify);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("mobilenet", MeshClient.Text(body.GetProperty("result"), "task_type"));

        var done = await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(Classify));
        Assert.Equal("Success", MeshClient.Text(done, "task_status"));
    }

    [Fact]
    public async Task A_python_caller_gets_the_original_six_arrays_from_the_data_service()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        using var reply = JsonDocument.Parse(
            await PythonProcess.CallAsync(mesh.Broker, "skipper_data", MainJob.DefaultTraining, Token));
        var arrays = reply.RootElement.EnumerateArray().ToList();
        Assert.Equal(6, arrays.Count);
        Assert.All(Enumerable.Range(0, 3), part =>
        {
            Assert.Equal(12, arrays[part][0].GetArrayLength());
            Assert.Equal(2, arrays[part + 3].GetArrayLength());
            Assert.Equal(arrays[part].GetArrayLength(), arrays[part + 3][0].GetArrayLength());
        });
    }

    [Fact]
    public async Task A_python_caller_trains_and_predicts()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        using var trained = JsonDocument.Parse(
            await PythonProcess.CallAsync(mesh.Broker, "skipper_training", MainJob.DefaultTraining, Token));
        Assert.Equal("TASK_COMPLETED", MeshClient.Text(trained.RootElement, "result"));

        using var predicted = JsonDocument.Parse(
            await PythonProcess.CallAsync(mesh.Broker, "skipper_serving", MainJob.Serving, Token));
        Assert.InRange(predicted.RootElement.GetProperty("price").GetDouble(), 1, 100);
        Assert.InRange(predicted.RootElement.GetProperty("ptratio").GetDouble(), 1, 50);
    }

    [Fact]
    public async Task A_python_caller_sees_an_error_member_when_the_request_is_wrong()
    {
        using var reply = JsonDocument.Parse(await PythonProcess.CallAsync(
            mesh.Broker, "skipper_data", """{"task_type":"training","payload":"1.5"}""", Token));
        Assert.Contains("1.5", MeshClient.Text(reply.RootElement, "error"), StringComparison.Ordinal);
        Assert.Equal("invalid_argument", MeshClient.Text(reply.RootElement, "code"));
    }

    [Fact]
    public async Task A_python_caller_of_a_queue_without_worker_is_told_so()
    {
        using var reply = JsonDocument.Parse(
            await PythonProcess.CallAsync(mesh.Broker, $"nobody_{Guid.NewGuid():N}", "{}", Token));
        Assert.Equal("No subscriber available", MeshClient.Text(reply.RootElement, "error"));
    }

    /// <summary>That nobody listens may be remembered for a second after a worker has started.</summary>
    private async Task<(HttpStatusCode Status, JsonElement Body)> CallUntilNoticedAsync(string json)
    {
        var answer = (Status: HttpStatusCode.ServiceUnavailable, Body: default(JsonElement));
        await Eventually.TrueAsync(
            async () => (answer = await mesh.Client.ExecuteSyncAsync(json)).Status != HttpStatusCode.ServiceUnavailable,
            "the new worker is noticed",
            Token);
        return answer;
    }
}
