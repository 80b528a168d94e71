using System.Net;

namespace Skipper.Mesh.Tests.Embedded;

/// <summary>Predictions that are kept instead of returned, from the request to what came true.</summary>
public sealed class PassivePredictionTests(EmbeddedMesh mesh) : IClassFixture<EmbeddedMesh>
{
    private const string Predictions = "/api/v1/skipper/predictions";

    private static readonly string Request = $$"""{"model":"housing","request_id":"order-1","rows":[{{MainJob.Row}}]}""";

    [Fact]
    public async Task A_prediction_is_kept_once_found_listed_and_measured_against_what_came_true()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);

        var (status, stored) = await mesh.Client.PostAsync(Predictions, Request);
        var (_, again) = await mesh.Client.PostAsync(Predictions, Request);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(stored.GetRawText(), again.GetRawText());
        var price = stored.GetProperty("predictions")[0].GetProperty("price").GetDouble();
        var (_, feedback) = await mesh.Client.PostAsync(
            $"{Predictions}/order-1/feedback", FormattableString.Invariant($$$"""{"labels":[{"label":{"price":{{{price + 2}}}}}]}"""));
        Assert.Equal(1, feedback.GetProperty("labeled_count").GetInt32());
        var (_, found) = await mesh.Client.GetAsync($"{Predictions}/order-1");
        var (_, listed) = await mesh.Client.GetAsync($"{Predictions}?model=housing");
        Assert.Contains(
            found.GetProperty("predictions")[0].GetRawText(),
            listed.GetProperty("predictions").EnumerateArray().Select(prediction => prediction.GetRawText()));
        Assert.Equal(price + 2, found.GetProperty("predictions")[0].GetProperty("labels").GetProperty("price").GetDouble());
        var (_, live) = await mesh.Client.GetAsync("/api/v1/skipper/models/housing/live");
        var target = live.GetProperty("versions")[0].GetProperty("targets").GetProperty("price");
        Assert.Equal((-2, 2), (Math.Round(target.GetProperty("bias").GetDouble(), 9), Math.Round(target.GetProperty("rmse").GetDouble(), 9)));
    }

    [Fact]
    public async Task A_prediction_as_a_task_is_kept_under_the_id_of_its_request()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        var id = await mesh.Client.ExecuteAsyncAsync(
            $$$"""{"task_type":"predict_stored","data":{"model":"housing","request_id":"order-2","rows":[{{{MainJob.Row}}}]}}""");

        var done = await mesh.Client.FollowAsync(id);

        Assert.True(MeshClient.Text(done, "task_status") == "Success", done.GetRawText());
        Assert.Equal(HttpStatusCode.OK, (await mesh.Client.GetAsync($"{Predictions}/order-2")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await mesh.Client.GetAsync($"{Predictions}/order-3")).Status);
    }

    [Fact]
    public async Task A_dataset_version_becomes_a_dataset_version_with_predictions_whatever_its_parts()
    {
        await MainJob.TrainAndPredictAsync(mesh.Client);
        await ScoringJob.PutAsync(mesh.Client);
        var (_, dataset) = await mesh.Client.GetAsync("/api/v1/skipper/datasets/housing");
        var rows = dataset.GetProperty("row_count").GetInt32();

        var parts = await ScoringJob.EndAsync(
            mesh.Client, await ScoringJob.StartAsync(mesh.Client, """{"rows_per_part":70,"output":"scores","version":1}"""));
        var whole = await ScoringJob.EndAsync(
            mesh.Client, await ScoringJob.StartAsync(mesh.Client, """{"rows_per_part":100000,"output":"scores","version":1}"""));

        Assert.Equal(rows, parts.GetProperty("scored").GetInt32() + parts.GetProperty("refused").GetInt32());
        Assert.InRange(parts.GetProperty("scored").GetInt32(), rows * 9 / 10, rows);

        // The same rows and predictions are the same version.
        Assert.Equal((1, 1), (parts.GetProperty("dataset_version").GetInt32(), whole.GetProperty("dataset_version").GetInt32()));
        var (_, scores) = await mesh.Client.GetAsync("/api/v1/skipper/datasets/scores");
        Assert.Equal(rows, scores.GetProperty("row_count").GetInt32());
        var names = scores.GetProperty("columns").EnumerateArray().Select(column => MeshClient.Text(column, "name"));
        Assert.Superset(new HashSet<string?> { "price", "rm", "predicted_price", "predicted_ptratio" }, names.ToHashSet());
    }
}
