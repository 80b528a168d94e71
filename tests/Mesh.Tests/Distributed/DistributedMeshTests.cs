using System.Net;
using System.Text.Json;
using Npgsql;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Distributed;

/// <summary>
/// The main job over real servers, while things die. One mesh for all: the tests of a class run one after the other.
/// </summary>
[Collection(nameof(DistributedMesh))]
public sealed class DistributedMeshTests(DistributedMesh mesh) : IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await mesh.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public Task A_model_is_trained_by_a_task_and_predicts_by_a_call() => MainJob.TrainAndPredictAsync(mesh.Client);

    [Theory]
    [InlineData("Services.Serving", "gateway.runs")]
    [InlineData("Services.Training", "data.datasets")]
    [InlineData("Services.Data", "training.models")]
    [InlineData("Gateway", "serving.models")]
    public async Task The_account_of_a_service_cannot_read_the_tables_of_another(string project, string table)
    {
        await using var connection = new NpgsqlConnection(LeastRights.Of(project, mesh.Servers.Environment)["ConnectionStrings__Skipper"]);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync(Token));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task A_training_whose_worker_was_killed_finishes_once()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        var taskId = await mesh.Client.ExecuteAsyncAsync(MainJob.LongTraining("worker_killed"));
        await mesh.Client.WaitForProgressAsync(taskId, 6);

        await mesh.KillAndRestartAsync("Services.Training");

        await AssertFinishedOnceAsync(taskId, "worker_killed");
    }

    [Fact]
    public async Task A_training_during_which_the_broker_restarts_finishes_once()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        var taskId = await mesh.Client.ExecuteAsyncAsync(MainJob.LongTraining("broker_restarted"));
        await mesh.Client.WaitForProgressAsync(taskId, 6);

        await mesh.Servers.RunAsync(Token, "restart-broker");

        await AssertFinishedOnceAsync(taskId, "broker_restarted");
        await ServesAsync();
    }

    [Fact]
    public async Task A_training_whose_gateway_was_killed_finishes_once()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        var taskId = await mesh.Client.ExecuteAsyncAsync(MainJob.LongTraining("gateway_killed"));
        await mesh.Client.WaitForProgressAsync(taskId, 6);

        await mesh.KillAndRestartAsync("Gateway");

        await AssertFinishedOnceAsync(taskId, "gateway_killed");
    }

    [Fact]
    public async Task A_training_during_which_the_gateway_is_restarted_twice_does_not_begin_anew()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        var taskId = await mesh.Client.ExecuteAsyncAsync(MainJob.LongTraining("gateway_restarted"));
        await mesh.Client.WaitForProgressAsync(taskId, 6);

        await mesh.RestartAsync("Gateway");
        await mesh.RestartAsync("Gateway");

        await AssertFinishedOnceAsync(taskId, "gateway_restarted");
        var (_, step) = await mesh.Client.GetAsync($"/api/v1/skipper/runs/{taskId}/steps/task");
        Assert.Equal(1, step.GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task A_training_during_which_the_database_restarts_finishes_once()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        var taskId = await mesh.Client.ExecuteAsyncAsync(MainJob.LongTraining("database_restarted"));
        await mesh.Client.WaitForProgressAsync(taskId, 6);

        await mesh.Servers.RunAsync(Token, "stop-postgres");
        var (status, problem) = await mesh.Client.PostAsync("/api/v1/skipper/tasks/execute_async", MainJob.DefaultTraining);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), (status, MeshClient.Text(problem, "code")));
        await mesh.Servers.RunAsync(Token, "start-postgres");

        await AssertFinishedOnceAsync(taskId, "database_restarted");
    }

    [Fact]
    public async Task A_call_without_a_worker_is_unavailable_and_works_again_with_one()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        await mesh["Services.Serving"].Process.KillAsync();
        var (status, problem) = (HttpStatusCode.Accepted, default(JsonElement));
        await Eventually.TrueAsync(
            async () =>
            {
                (status, problem) = await mesh.Client.ExecuteSyncAsync(MainJob.Serving);
                return status != HttpStatusCode.Accepted;
            },
            "the dead worker is noticed",
            Token);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), (status, MeshClient.Text(problem, "code")));

        await mesh.KillAndRestartAsync("Services.Serving");
        await ServesAsync();
    }

    private async Task AssertFinishedOnceAsync(string taskId, string model)
    {
        var done = await mesh.Client.FollowAsync(taskId);
        Assert.True(MeshClient.Text(done, "task_status") == "Success", done.GetRawText());
        Assert.Equal(1, done.GetProperty("result").GetProperty("model").GetProperty("version").GetInt32());
        var newest = default(JsonElement);
        await Eventually.TrueAsync(
            async () =>
            {
                (var status, newest) = await mesh.Client.GetAsync($"/api/v1/skipper/models/{model}");
                return status == HttpStatusCode.OK;
            },
            "the registry answers",
            Token);
        Assert.Equal(1, newest.GetProperty("version").GetInt32());
    }

    private Task ServesAsync() => Eventually.TrueAsync(
        async () => (await mesh.Client.ExecuteSyncAsync(MainJob.Serving)).Status == HttpStatusCode.Accepted,
        "predictions are served again",
        Token);
}

[CollectionDefinition(nameof(DistributedMesh))]
#pragma warning disable CA1515, CA1711 // xUnit needs a public collection.
public sealed class DistributedMeshDefinition : ICollectionFixture<DistributedMesh>;
#pragma warning restore CA1515, CA1711
