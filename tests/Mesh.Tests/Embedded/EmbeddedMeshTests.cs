using System.Net;
using System.Text;
using System.Text.Json;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>The main job, and what people send by mistake, through the whole mesh.</summary>
public sealed class EmbeddedMeshTests(EmbeddedMesh mesh) : IClassFixture<EmbeddedMesh>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_model_is_trained_by_a_task_and_predicts_by_a_call() => MainJob.TrainAndPredictAsync(mesh.Client);

    [Fact]
    public async Task An_uploaded_csv_is_trained_and_a_bundle_is_predicted()
    {
        var name = $"lines_{Guid.NewGuid():N}"[..20];
        var rows = Enumerable.Range(0, 60).Select(i => $"{i},{i % 7},{(3 * i) - (2 * (i % 7)) + 1}");
        Assert.Equal(HttpStatusCode.Created, (await UploadAsync(name, $"a,b,y\n{string.Join('\n', rows)}\n")).Status);

        var done = await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(
            $$$"""{"task_type":"training","payload":"0.2","data":{"dataset":"{{{name}}}","targets":["y"],"engine":"linear"}}"""));
        Assert.Equal("Success", MeshClient.Text(done, "task_status"));

        var (status, bundle) = await mesh.Client.PostAsync(
            $"/api/v1/skipper/predict/{name}@1", """{"rows":[{"a":10,"b":3},{"a":70,"b":0},[20,6]]}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var predictions = bundle.GetProperty("predictions").EnumerateArray().Select(row => row.GetProperty("y").GetDouble()).ToList();
        Assert.Equal([25.0, 211.0, 49.0], predictions.Select(value => Math.Round(value, 1)));
    }

    [Fact]
    public async Task The_same_csv_twice_is_one_version()
    {
        var name = $"twice_{Guid.NewGuid():N}"[..20];
        var csv = "a,b\n" + string.Join('\n', Enumerable.Range(0, 10).Select(i => $"{i},{i * i}"));
        var first = await UploadAsync(name, csv);
        var second = await UploadAsync(name, csv);
        Assert.Equal(1, second.Body.GetProperty("version").GetInt32());
        Assert.Equal(MeshClient.Text(first.Body, "digest"), MeshClient.Text(second.Body, "digest"));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a,b\n", "row")]
    [InlineData("a,b\n1,2\n", "row")]
    [InlineData("a,a\n1,2\n3,4\n", "a")]
    public async Task A_csv_that_is_no_dataset_is_refused_with_the_reason(string csv, string reason)
    {
        var (status, body) = await UploadAsync($"bad_{Guid.NewGuid():N}"[..20], csv);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains(reason, MeshClient.Text(body, "detail"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Bad_rows_are_counted_and_named()
    {
        var rows = Enumerable.Range(0, 30).Select(i => $"{i},{i * 2}").Append("seven,1").Append("NaN,2").Append("1,2,3");
        var (status, body) = await UploadAsync($"rows_{Guid.NewGuid():N}"[..20], $"a,b\n{string.Join('\n', rows)}\n");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal((30, 3), (body.GetProperty("row_count").GetInt32(), body.GetProperty("rejected_count").GetInt32()));
        Assert.Equal([32, 33, 34], body.GetProperty("rejected").EnumerateArray().Select(row => row.GetProperty("line").GetInt32()));
    }

    [Theory]
    [InlineData("""{"lstat":null}""", "lstat")]
    [InlineData("""{"lstat":"low"}""", "lstat")]
    [InlineData("""{"rooms":5}""", "rooms")]
    public async Task A_row_that_does_not_fit_the_model_is_refused_with_the_column(string change, string column)
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        var row = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(MainJob.Row)!;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(change)!)
        {
            row[name] = value;
        }

        var (status, body) = await mesh.Client.ExecuteSyncAsync(
            $$"""{"task_type":"serving","payload":"","data":{{JsonSerializer.Serialize(row)}}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("invalid_argument", MeshClient.Text(body, "code"));
        Assert.Contains(column, MeshClient.Text(body, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_cannot_work_fails_with_the_reason()
    {
        var done = await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(
            """{"task_type":"training","payload":"0.2","data":{"targets":["no_such_column"]}}"""));
        Assert.Equal("Failed", MeshClient.Text(done, "task_status"));
        Assert.Contains("no_such_column", done.GetProperty("error").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_type_without_a_worker_is_unavailable_at_once()
    {
        var (status, body) = await mesh.Client.ExecuteSyncAsync("""{"task_type":"mobilenet","payload":"","data":{"image":"x.jpg"}}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("unavailable", MeshClient.Text(body, "code"));
    }

    [Fact]
    public async Task A_body_of_twenty_mebibytes_is_refused()
    {
        using var http = new HttpClient();
        using var content = new StringContent(
            $$"""{"task_type":"serving","payload":"{{new string('x', 20 << 20)}}"}""", Encoding.UTF8, "application/json");
        HttpStatusCode? status = null;
        try
        {
            using var response = await http.PostAsync(new Uri(mesh.Address, "/api/v1/skipper/tasks/execute_sync"), content, Token);
            status = response.StatusCode;
        }
        catch (HttpRequestException)
        {
            // The server may close the connection while the client still writes; what matters is that it lives.
        }

        Assert.True(status is null or HttpStatusCode.RequestEntityTooLarge, $"{status}");
        Assert.Equal(HttpStatusCode.OK, (await mesh.Client.GetAsync("/readyz")).Status);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> UploadAsync(string name, string csv)
    {
        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var content = new StringContent(csv, Encoding.UTF8, "text/csv");
        using var response = await http.PostAsync(new Uri($"/api/v1/skipper/datasets/{name}", UriKind.Relative), content, Token);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Token)));
    }
}
