using System.Net;
using System.Text;
using System.Text.Json;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>Trainings of all kinds as tasks, from an uploaded file to what the experiment says.</summary>
public sealed class TrainingTasksTests(EmbeddedMesh mesh) : IClassFixture<EmbeddedMesh>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Classes_are_trained_and_the_experiment_has_the_run()
    {
        var name = await UploadAsync(i => $"{i % 10},{i % 7},{(i % 10 > 4 ? 5 : 3)}");

        var done = await TrainAsync($$"""{"dataset":"{{name}}","targets":["y"],"task":"binary","engine":"linear","folds":3}""");

        Assert.True(MeshClient.Text(done, "task_status") == "Success", done.GetRawText());
        var result = done.GetProperty("result");
        Assert.Equal(["3", "5"], result.GetProperty("model").GetProperty("classes").EnumerateArray().Select(text => text.GetString()));
        var (_, list) = await mesh.Client.GetAsync($"/api/v1/skipper/experiments/{name}/runs");
        var run = Assert.Single(list.GetProperty("runs").EnumerateArray());
        Assert.Equal(MeshClient.Text(result, "experiment_run"), MeshClient.Text(run, "id"));
        Assert.Equal("succeeded", MeshClient.Text(run, "state"));
        Assert.Equal(3, run.GetProperty("folds").GetArrayLength());
        var accuracy = run.GetProperty("metrics").EnumerateArray().Single(
            metric => MeshClient.Text(metric, "part") == "test" && MeshClient.Text(metric, "name") == "accuracy");
        Assert.InRange(accuracy.GetProperty("value").GetDouble(), 0.9, 1);
    }

    [Theory]
    [InlineData("""{"engine":"xgboost","parameters":{"round":5}}""", "did you mean 'rounds'")]
    [InlineData("""{"digest":"0000"}""", "has changed")]
    [InlineData("""{"features":["a","c"]}""", "no column 'c' to be a feature")]
    [InlineData("""{"targets":["z"]}""", "Target 'z' has the same value (1)")]
    [InlineData("""{"task":"binary","targets":["z"]}""", "Target 'z' has the same value (1)")]
    [InlineData("""{"task":"binary","targets":["b"]}""", "has 7 classes")]
    [InlineData("""{"weight":"e"}""", "no column 'e' to be a target")]
    public async Task What_cannot_work_fails_with_what_was_expected(string options, string reason)
    {
        NativeLibraries.RequireXGBoost();
        var name = await UploadAsync(i => $"{i % 10},{i % 7},{i % 2},1", "a,b,y,z");
        var data = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(options)!;
        data.TryAdd("targets", JsonSerializer.SerializeToElement(new[] { "y" }));
        data["dataset"] = JsonSerializer.SerializeToElement(name);

        var done = await TrainAsync(JsonSerializer.Serialize(data));

        Assert.Equal("Failed", MeshClient.Text(done, "task_status"));
        Assert.Contains(reason, MeshClient.Text(done.GetProperty("error"), "error"), StringComparison.Ordinal);
    }

    private Task<JsonElement> TrainAsync(string data) => FollowAsync($$"""{"task_type":"training","payload":"0.2","data":{{data}}}""");

    private async Task<JsonElement> FollowAsync(string task) => await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(task));

    private async Task<string> UploadAsync(Func<int, string> row, string header = "a,b,y")
    {
        var name = $"rows_{Guid.NewGuid():N}"[..20];
        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var content = new StringContent(
            $"{header}\n{string.Join('\n', Enumerable.Range(0, 120).Select(row))}\n", Encoding.UTF8, "text/csv");
        using var response = await http.PostAsync(new Uri($"/api/v1/skipper/datasets/{name}", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return name;
    }
}
