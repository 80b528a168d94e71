using System.Text.Json;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Distributed;

/// <summary>A training worker is killed (SIGKILL), and another process goes on with what it has left.</summary>
[Collection(nameof(DistributedMesh))]
public sealed class TrainingResumeTests(DistributedMesh mesh) : IAsyncLifetime
{
    private const string Experiments = "/api/v1/skipper/experiments";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await mesh.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_training_resumed_after_a_kill_makes_the_same_file_as_one_that_was_left_alone()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        var whole = await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(Training("resume_whole")));
        var taskId = await mesh.Client.ExecuteAsyncAsync(Training("resume_killed"));
        await mesh.Client.WaitForProgressAsync(taskId, 20);

        await mesh.KillAndRestartAsync("Services.Training");

        var resumed = await mesh.Client.FollowAsync(taskId);
        Assert.True(MeshClient.Text(resumed, "task_status") == "Success", resumed.GetRawText());
        Assert.Equal(Artifact(whole), Artifact(resumed));
        var (one, other) = (await RunAsync(whole), await RunAsync(resumed));
        Assert.Equal(1, one.GetProperty("attempts").GetInt32());
        Assert.Equal(2, other.GetProperty("attempts").GetInt32());
        Assert.True(other.GetProperty("resumed_at").GetInt32() > 0);
        Assert.Equal(one.GetProperty("series").GetRawText(), other.GetProperty("series").GetRawText());
    }

    [Fact]
    public async Task All_trials_of_a_search_end_once_though_one_of_two_workers_is_killed()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        await using var victim = await mesh.StartAnotherAsync("Services.Training");
        var yaml = await File.ReadAllTextAsync(Sample("search"), Token);
        Assert.True((int)await mesh.Client.PutYamlAsync("/api/v1/skipper/workflows/search", yaml) is 200 or 201);
        var name = $"search_{Guid.NewGuid():N}"[..20];
        var (_, accepted) = await mesh.Client.PostAsync(
            "/api/v1/skipper/workflows/search/runs",
            $$$"""{"input":{"experiment":"{{{name}}}","model":"{{{name}}}","rounds":400,"early_stopping_rounds":0,"keep":1}}""");
        var id = accepted.GetProperty("id").GetString();

        var pid = victim.Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(
            async () => (await RunsAsync(name, "running")).Any(run => Process(run) == pid), "the second worker has a trial", Token);
        await victim.Process.KillAsync();

        var state = "";
        await Eventually.TrueAsync(
            async () => (state = MeshClient.Text((await mesh.Client.GetAsync($"/api/v1/skipper/runs/{id}?wait=20")).Body, "state"))
                is "succeeded" or "failed" or "timed_out",
            "the search ends",
            Token);
        Assert.Equal("succeeded", state);

        // 20 trials, one that goes on, one model.
        var runs = await RunsAsync(name);
        Assert.All(runs, run => Assert.Equal("succeeded", MeshClient.Text(run, "state")));
        Assert.Equal(22, runs.Count);
        Assert.Equal(
            Enumerable.Range(1, 20),
            runs.Where(run => Rounds(run) == 400).Select(run => run.GetProperty("trial").GetInt32()).Order());
        Assert.InRange(runs.Sum(run => run.GetProperty("attempts").GetInt32()), 22, 23);
        Assert.Equal(1, Assert.Single(runs, run => run.TryGetProperty("model", out _)).GetProperty("model_version").GetInt32());
    }

    private static string Training(string model) =>
        $$"""
        {
          "task_type": "training",
          "payload": "0.2",
          "data": {
            "model": "{{model}}",
            "engine": "xgboost",
            "targets": ["price"],
            "parameters": { "rounds": 2500, "eta": 0.001, "max_depth": 5, "early_stopping_rounds": 0 }
          }
        }
        """;

    private static string? Artifact(JsonElement status) => MeshClient.Text(status.GetProperty("result").GetProperty("model"), "artifact");

    private static string? Process(JsonElement run) => MeshClient.Text(run.GetProperty("environment"), "process");

    private static double Rounds(JsonElement run) => run.GetProperty("parameters").GetProperty("rounds").GetDouble();

    private static string Sample(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "samples", "workflows")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "samples", "workflows", $"{name}.yaml");
    }

    private async Task<JsonElement> RunAsync(JsonElement status) =>
        (await mesh.Client.GetAsync($"{Experiments}/runs/{MeshClient.Text(status.GetProperty("result"), "experiment_run")}")).Body;

    private async Task<List<JsonElement>> RunsAsync(string experiment, string? state = null)
    {
        var (status, list) = await mesh.Client.GetAsync(
            $"{Experiments}/{experiment}/runs?limit=1000{(state is null ? "" : $"&state={state}")}");
        return status == System.Net.HttpStatusCode.OK ? [.. list.GetProperty("runs").EnumerateArray()] : [];
    }
}
