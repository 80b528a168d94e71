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
    [InlineData("linear")]
    [InlineData("xgboost")]
    public async Task A_text_target_is_learned_and_predicted_by_class_name(string engine)
    {
        if (engine == "xgboost")
        {
            NativeLibraries.RequireXGBoost();
        }

        var name = await UploadAsync(
            i => $"{i % 10},{i % 7},{(i % 10 > 4 ? "gone" : "stays")},{(i % 10 > 6 ? "tall" : i % 10 > 3 ? "mid" : "short")}", "a,b,left,size");

        var binary = await TrainAsync($$"""{"dataset":"{{name}}","targets":["left"],"task":"binary","engine":"{{engine}}"}""");
        var sure = await PredictAsync($"{name}@1", """{"rows":[{"a":0,"b":3},{"a":9,"b":3}]}""");
        var several = await TrainAsync($$"""{"dataset":"{{name}}","targets":["size"],"task":"multiclass","engine":"{{engine}}"}""");
        var sized = await PredictAsync($"{name}@2", """{"rows":[{"a":0,"b":3},{"a":5,"b":3},{"a":9,"b":3}]}""");

        Assert.Equal("gone,stays", Classes(binary));
        Assert.Equal("It was asked for.", MeshClient.Text(binary.GetProperty("result"), "engine_reason"));
        Assert.True(sure[0].GetProperty("stays").GetDouble() > 0.8, sure.GetRawText());
        Assert.True(sure[1].GetProperty("stays").GetDouble() < 0.2, sure.GetRawText());
        Assert.Equal("mid,short,tall", Classes(several));
        Assert.Equal(["short", "mid", "tall"], sized.EnumerateArray().Select(
            row => row.EnumerateObject().MaxBy(probability => probability.Value.GetDouble()).Name));
        Assert.Equal(1, sized[1].EnumerateObject().Sum(probability => probability.Value.GetDouble()), 1e-6);

        static string Classes(JsonElement done) => done.TryGetProperty("result", out var result) && result.ValueKind is JsonValueKind.Object
            ? string.Join(',', result.GetProperty("model").GetProperty("classes").EnumerateArray())
            : throw new InvalidOperationException(done.GetRawText());
    }

    [Theory]
    [InlineData("""{"engine":"xgboost","parameters":{"round":5}}""", "did you mean 'rounds'")]
    [InlineData("""{"digest":"0000"}""", "has changed")]
    [InlineData("""{"features":["a","c"]}""", "no column 'c' to be a feature")]
    [InlineData("""{"targets":["z"]}""", "Target 'z' has the same value (1)")]
    [InlineData("""{"task":"binary","targets":["z"]}""", "Target 'z' has the same value (1)")]
    [InlineData("""{"task":"binary","targets":["b"]}""", "has 7 classes")]
    [InlineData("""{"weight":"e"}""", "no column 'e' to be a target")]
    [InlineData("""{"targets":["t"]}""", "Column 't' is text, which only the target of a binary or multiclass training may be")]
    [InlineData("""{"targets":["y"],"weight":"t"}""", "Column 't' is text, which only")]
    [InlineData("""{"task":"binary","targets":["t"]}""", "has 3 classes (u, v, w), allowed for the task binary are 2")]
    public async Task What_cannot_work_fails_with_what_was_expected(string options, string reason)
    {
        NativeLibraries.RequireXGBoost();
        var name = await UploadAsync(i => $"{i % 10},{i % 7},{i % 2},1,{"uvw"[i % 3]}", "a,b,y,z,t");
        var data = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(options)!;
        data.TryAdd("targets", JsonSerializer.SerializeToElement(new[] { "y" }));
        data["dataset"] = JsonSerializer.SerializeToElement(name);

        var done = await TrainAsync(JsonSerializer.Serialize(data));

        Assert.Equal("Failed", MeshClient.Text(done, "task_status"));
        Assert.Contains(reason, MeshClient.Text(done.GetProperty("error"), "error"), StringComparison.Ordinal);
    }

    private async Task<JsonElement> PredictAsync(string model, string rows)
    {
        var (status, body) = await mesh.Client.PostAsync($"/api/v1/skipper/predict/{model}", rows);
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        return body.GetProperty("predictions");
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
