using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>What can be asked about a model that was trained here: why it predicts so, and whether its requests have moved.</summary>
public sealed class InsightTests(EmbeddedMesh mesh) : IClassFixture<EmbeddedMesh>
{
    private const string Models = "/api/v1/skipper/models";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trained_model_explains_itself_and_notices_that_its_requests_have_moved()
    {
        var name = await TrainAsync();

        var (_, explained) = await mesh.Client.PostAsync($"{Models}/{name}/explain", """{"rows":[[0.9,0.1,1]]}""");
        var why = explained.GetProperty("explanations")[0].GetProperty("y");
        var parts = why.GetProperty("contributions").EnumerateObject().ToDictionary(part => part.Name, part => part.Value.GetDouble());
        Assert.Equal(why.GetProperty("prediction").GetDouble(), why.GetProperty("bias").GetDouble() + parts.Values.Sum(), 1e-6);
        Assert.True(parts["a"] > 0.5 && parts["b"] < -0.5, "y = 3 a + 2 b - c: a is high, b is low");

        await PredictAsync(name, 1000, seed: 1, shift: 0);
        var drift = await DriftAsync(name, rows: 1000);
        Assert.True(MeshClient.Text(drift, "verdict") == "none", drift.GetRawText());

        await PredictAsync(name, 1000, seed: 2, shift: 0.8);
        drift = await DriftAsync(name, rows: 2000);
        Assert.Equal(
            [("a", "drift"), ("b", "none"), ("c", "none")],
            drift.GetProperty("features").EnumerateArray().Select(feature => feature.GetProperty("drift"))
                .Select(feature => (MeshClient.Text(feature, "column"), MeshClient.Text(feature, "verdict"))));
        Assert.Equal("drift", MeshClient.Text(drift, "verdict"));
    }

    private async Task<string> TrainAsync()
    {
        var (name, random) = ($"moves_{Guid.NewGuid():N}"[..20], new Random(5));
        var text = new StringBuilder("a,b,c,y\n");
        for (var i = 0; i < 1000; i++)
        {
            var (a, b, c) = (random.NextDouble(), random.NextDouble(), random.Next(2));
            text.Append(CultureInfo.InvariantCulture, $"{a:R},{b:R},{c},{(3 * a) + (2 * b) - c:R}\n");
        }

        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var content = new StringContent(text.ToString(), Encoding.UTF8, "text/csv");
        using var response = await http.PostAsync(new Uri($"/api/v1/skipper/datasets/{name}", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var task = $$$"""{"task_type":"training","payload":"0.2","data":{"dataset":"{{{name}}}","targets":["y"],"engine":"linear"}}""";
        var done = await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(task));
        Assert.True(MeshClient.Text(done, "task_status") == "Success", done.GetRawText());
        return name;
    }

    private async Task PredictAsync(string name, int rows, int seed, double shift)
    {
        var random = new Random(seed);
        var list = Enumerable.Range(0, rows).Select(_ => FormattableString.Invariant(
            $"[{random.NextDouble() + shift:R},{random.NextDouble():R},{random.Next(2)}]"));
        var (status, _) = await mesh.Client.PostAsync($"/api/v1/skipper/predict/{name}", $$"""{"rows":[{{string.Join(',', list)}}]}""");
        Assert.Equal(HttpStatusCode.OK, status);
    }

    private async Task<JsonElement> DriftAsync(string name, int rows)
    {
        JsonElement drift = default;
        await Eventually.TrueAsync(
            async () =>
            {
                (_, drift) = await mesh.Client.GetAsync($"{Models}/{name}/drift");
                return drift.GetProperty("row_count").GetInt64() == rows;
            },
            $"{rows} rows are counted",
            Token);
        return drift;
    }
}
