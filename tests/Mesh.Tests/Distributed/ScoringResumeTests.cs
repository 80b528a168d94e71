using System.Text.Json;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Distributed;

/// <summary>A serving worker is killed (SIGKILL) while it scores a part of a dataset.</summary>
[Collection(nameof(DistributedMesh))]
public sealed class ScoringResumeTests(DistributedMesh mesh) : IAsyncLifetime
{
    private const int Rows = 30_000;
    private const int Parts = 30;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await mesh.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_scoring_whose_worker_is_killed_goes_on_and_publishes_the_same_version()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        await ScoringJob.PutAsync(mesh.Client);
        await UploadAsync();
        var input = $$"""{"dataset":"many","output":"many-scores","rows_per_part":{{Rows / Parts}}}""";
        var whole = await ScoringJob.EndAsync(mesh.Client, await ScoringJob.StartAsync(mesh.Client, input));

        var id = await ScoringJob.StartAsync(mesh.Client, input);
        List<string> done = [];
        await Eventually.TrueAsync(async () => (done = await DoneAsync(id)).Count >= 3, "three parts are scored", Token);
        await mesh.KillAndRestartAsync("Services.Serving");
        var resumed = await ScoringJob.EndAsync(mesh.Client, id);

        Assert.True(done.Count < Parts, $"{done.Count} parts were scored before anything was killed.");
        Assert.Equal(Rows, whole.GetProperty("scored").GetInt32());
        Assert.Equal(whole.GetRawText(), resumed.GetRawText());
        Assert.Equal(1, whole.GetProperty("dataset_version").GetInt32());

        // What was scored stayed scored, and nothing twice.
        Assert.Equal(Parts, (await DoneAsync(id)).Count);
        Assert.All(
            (await PartsAsync(id)).Where(step => done.Contains(MeshClient.Text(step, "step")!)),
            step => Assert.Equal(1, step.GetProperty("attempt").GetInt32()));
    }

    private async Task UploadAsync()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, Rows).Select(i => FormattableString.Invariant(
            $"{i},{random.NextDouble():F3},{random.Next(90)},7.5,0,0.5,{4 + (4 * random.NextDouble()):F3},55,4.5,4,300,390,9.5"));
        using var http = new HttpClient { BaseAddress = mesh["Gateway"].Address };
        using var content = new StringContent(
            $"id,crim,zn,indus,chas,nox,rm,age,dis,rad,tax,b,lstat\n{string.Join('\n', rows)}\n", System.Text.Encoding.UTF8, "text/csv");
        using var response = await http.PostAsync(new Uri("/api/v1/skipper/datasets/many", UriKind.Relative), content, Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    private async Task<List<string>> DoneAsync(string id) =>
        [.. (await PartsAsync(id)).Where(step => MeshClient.Text(step, "state") == "succeeded").Select(step => MeshClient.Text(step, "step")!)];

    private async Task<List<JsonElement>> PartsAsync(string id) =>
        [.. (await mesh.Client.GetAsync($"/api/v1/skipper/runs/{id}/steps")).Body.GetProperty("steps").EnumerateArray()
            .Where(step => MeshClient.Text(step, "step")!.StartsWith("score[", StringComparison.Ordinal))];
}
