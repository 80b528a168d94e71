using System.Net;
using System.Text.Json;
using Skipper.Testing;

namespace Skipper.Mesh.Tests;

/// <summary>What Skipper exists for, as requests: the same for the embedded and the distributed mesh.</summary>
internal static class MainJob
{
    /// <summary>A row of a housing table, in no dataset.</summary>
    public const string Row =
        """{"crim":0.2,"zn":10,"indus":7.5,"chas":0,"nox":0.5,"rm":6.2,"age":55,"dis":4.5,"rad":4,"tax":300,"b":390,"lstat":9.5}""";

    /// <summary>The original engine's request, which names nothing but the split.</summary>
    public const string DefaultTraining = """{"task_type":"training","payload":"0.2"}""";

    public const string Serving = $$"""{"task_type":"serving","payload":"","data":{{Row}}}""";

    /// <summary>A training that takes seconds, under a model name of its own.</summary>
    public static string LongTraining(string model) =>
        $$"""
        {
          "task_type": "training",
          "payload": "0.2",
          "data": {
            "model": "{{model}}",
            "engine": "xgboost",
            "parameters": { "rounds": 3000, "eta": 0.001, "max_depth": 5, "early_stopping_rounds": 0 }
          }
        }
        """;

    /// <summary>Trains the default, and predicts with it.</summary>
    public static async Task TrainAndPredictAsync(MeshClient client)
    {
        var done = await client.FollowAsync(await TrainWhenReadyAsync(client));
        Assert.Equal("Success", MeshClient.Text(done, "task_status"));
        var model = done.GetProperty("result").GetProperty("model");
        Assert.Equal("housing", MeshClient.Text(model, "name"));
        Assert.InRange(model.GetProperty("metrics").GetProperty("test").GetProperty("price").GetProperty("r2").GetDouble(), 0.5, 1);
        Assert.Equal(
            done.GetProperty("result").GetRawText(),
            JsonSerializer.Deserialize<JsonElement>(MeshClient.Text(done, "outcome")!).GetRawText());

        var version = model.GetProperty("version").GetInt32();
        var result = await PredictWithAsync(client, version);
        Assert.InRange(result.GetProperty("price").GetDouble(), 1, 100);
        Assert.InRange(result.GetProperty("ptratio").GetDouble(), 1, 50);
        Assert.Equal("housing", MeshClient.Text(result, "model"));
    }

    /// <summary>The sample dataset is registered at a first start, which may still be under way.</summary>
    public static async Task<string> TrainWhenReadyAsync(MeshClient client)
    {
        await Eventually.TrueAsync(
            async () => (await client.GetAsync("/api/v1/skipper/datasets/housing")).Status == HttpStatusCode.OK,
            "the sample dataset is there",
            TestContext.Current.CancellationToken);
        return await client.ExecuteAsyncAsync(DefaultTraining);
    }

    /// <summary>
    /// Serving learns of a new version by an event, so it may answer with the one before for a moment.
    /// </summary>
    private static async Task<JsonElement> PredictWithAsync(MeshClient client, int version)
    {
        var result = default(JsonElement);
        await Eventually.TrueAsync(
            async () =>
            {
                var (status, body) = await client.ExecuteSyncAsync(Serving);
                if (status != HttpStatusCode.Accepted)
                {
                    return false;
                }

                Assert.Equal("-", MeshClient.Text(body, "task_id"));
                Assert.Equal("Success", MeshClient.Text(body, "task_status"));
                result = body.GetProperty("result");
                return result.GetProperty("version").GetInt32() >= version;
            },
            $"version {version} is served",
            TestContext.Current.CancellationToken);
        return result;
    }
}
