using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>An alias that moves while it is asked for all the time, over HTTP and through all services.</summary>
public sealed class PromotionUnderLoadTests(EmbeddedMesh mesh, ITestOutputHelper output) : IClassFixture<EmbeddedMesh>
{
    private const int Callers = 6;
    private const int Moves = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_prediction_fails_while_an_alias_is_promoted_and_rolled_back_and_its_history_is_complete()
    {
        // Given two versions, y = a and y = 100 a, and callers that ask for the champion all the time
        var name = $"promoted_{Guid.NewGuid():N}"[..20];
        await TrainAsync(name, 1);
        await TrainAsync(name, 100);
        await PromoteAsync(name, 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(() => AskAsync(name, stop.Token), Token)).ToList();

        // When it is promoted and rolled back again and again
        var slowest = TimeSpan.Zero;
        for (var move = 0; move < Moves; move++)
        {
            await PromoteAsync(name, 2);
            await WaitForAsync(name, 2);
            var started = Stopwatch.GetTimestamp();
            var (status, moved) = await mesh.Client.PostAsync($"{Alias(name)}/rollback", """{"actor":"ann","reason":"worse"}""");
            Assert.True(status == HttpStatusCode.OK, moved.GetRawText());
            await WaitForAsync(name, 1);
            var took = Stopwatch.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
        }

        await stop.CancelAsync();
        var answers = (await Task.WhenAll(callers)).SelectMany(answers => answers).ToList();

        // Then every prediction was made, by the version that it names
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{answers.Count} predictions, slowest rollback {slowest.TotalMilliseconds:0} ms"));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.All(answers, answer => Assert.Equal(answer.Version == 1 ? 3 : 300, answer.Value, 0.1));
        Assert.Equal([1, 2], answers.Select(answer => answer.Version).Distinct().Order());

        // And each move is in the history, newest first
        var (_, history) = await mesh.Client.GetAsync(Alias(name));
        var kinds = history.GetProperty("aliases").EnumerateArray()
            .Select(move => (move.GetProperty("version").GetInt32(), MeshClient.Text(move, "kind")));
        Assert.Equal(
            [.. Enumerable.Repeat<(int, string?)[]>([(1, "rollback"), (2, "promotion")], Moves).SelectMany(pair => pair), (1, "promotion")],
            kinds);
    }

    private static string Alias(string model) => $"/api/v1/skipper/models/{model}/aliases/champion";

    private async Task<List<(HttpStatusCode Status, int Version, double Value)>> AskAsync(string model, CancellationToken stop)
    {
        var answers = new List<(HttpStatusCode, int, double)>();
        while (!stop.IsCancellationRequested)
        {
            var (status, body) = await PredictAsync(model);
            answers.Add(status == HttpStatusCode.OK
                ? (status, body.GetProperty("version").GetInt32(), body.GetProperty("predictions")[0].GetProperty("y").GetDouble())
                : (status, 0, double.NaN));
        }

        return answers;
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> PredictAsync(string model) =>
        mesh.Client.PostAsync($"/api/v1/skipper/predict/{model}@champion", """{"rows":[{"a":3,"b":0}]}""");

    private Task WaitForAsync(string model, int version) => Eventually.TrueAsync(
        async () => (await PredictAsync(model)).Body.GetProperty("version").GetInt32() == version, $"version {version} answers", Token);

    private async Task PromoteAsync(string model, int version)
    {
        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var content = new StringContent($$"""{"version":{{version}},"actor":"ann","reason":"better"}""", Encoding.UTF8, "application/json");
        using var response = await http.PutAsync(new Uri(Alias(model), UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task TrainAsync(string name, int slope)
    {
        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var content = new StringContent(
            $"a,b,y\n{string.Join('\n', Enumerable.Range(0, 60).Select(i => $"{i},{i % 7},{slope * i}"))}\n", Encoding.UTF8, "text/csv");
        using var response = await http.PostAsync(new Uri($"/api/v1/skipper/datasets/{name}", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var done = await mesh.Client.FollowAsync(await mesh.Client.ExecuteAsyncAsync(
            $$$"""{"task_type":"training","payload":"0.2","data":{"dataset":"{{{name}}}","targets":["y"],"engine":"linear"}}"""));
        Assert.True(MeshClient.Text(done, "task_status") == "Success", done.GetRawText());
    }
}
