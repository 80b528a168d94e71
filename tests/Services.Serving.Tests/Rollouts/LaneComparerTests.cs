using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Predictions;
using Skipper.Services.Serving.Rollouts;
using Skipper.Services.Serving.Suspects;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;
using static Skipper.Services.Serving.Tests.Rollouts.Plans;

namespace Skipper.Services.Serving.Tests.Rollouts;

/// <summary>Rows that are scored a second time, behind the answer.</summary>
public sealed class LaneComparerTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LaneComparer Comparer => _host.Get<LaneComparer>();

    public async ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService());
        for (var version = 1; version <= 2; version++)
        {
            await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", version, Token), Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Comparer.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_shadow_scores_what_the_baseline_answers_and_the_difference_is_reported()
    {
        // Given a shadow that predicts prices that are 100 higher, and the same ratios
        await SetAsync(Plan(Lane("champion", 1, 1), Shadow("next", 2)));

        var answer = await PredictAsync(3);
        Assert.Equal(("champion", 1), (answer.Lane, answer.Version));
        var lane = (await ReportAsync()).Lanes[1];

        Assert.Equal((1L, 0L, 3L, 3L, 0L), (lane.Calls, lane.Errors, lane.Compared, lane.Disagreed, lane.Dropped));
        var price = lane.Differences["price"];
        Assert.Equal(100, price.Mean, 1e-6);
        Assert.Equal(100, price.RootMeanSquare, 1e-6);
        Assert.Equal("test", price.LargestRequest);
        Assert.Equal(0, lane.Differences["ptratio"].MeanAbsolute, 1e-9);
    }

    [Fact]
    public async Task What_another_lane_answers_is_compared_with_the_baseline()
    {
        await SetAsync(Plan(Lane("champion", 2, 0), Lane("challenger", 1, 1)) with { Tolerance = 0.6 });

        Assert.Equal("challenger", (await PredictAsync(2)).Lane);
        var lanes = (await ReportAsync()).Lanes;

        Assert.Equal((0L, 0L), (lanes[0].Calls, lanes[0].Compared));
        Assert.Equal((1L, 2L, 0L), (lanes[1].Calls, lanes[1].Compared, lanes[1].Disagreed));
        Assert.Equal(-100, lanes[1].Differences["price"].Mean, 1e-6);
    }

    [Fact]
    public async Task What_comes_faster_than_it_is_compared_is_counted_and_answered_all_the_same()
    {
        await SetAsync(Plan(Lane("champion", 1, 1), Shadow("next", 2)));
        using var idle = new LaneComparer(
            _host.Finder, Options.Create(new RolloutOptions { PendingRows = 5 }), TimeProvider.System, NullLogger<LaneComparer>.Instance);
        var predictor = new Predictor(_host.Get<RolloutTable>(), _host.Finder, _host.Get<SuspectScorer>(), [idle], TimeProvider.System);

        for (var call = 0; call < 4; call++)
        {
            using var scored = await predictor.PredictAsync(Call(2), Token);
            Assert.Equal(1, scored.Model.Manifest.Version);
        }

        Assert.Equal(4, idle.PendingRows);
        Assert.Equal(4L, (await ReportAsync()).Lanes[1].Dropped);

        // Then what was accepted is still compared
        await idle.StartAsync(Token);
        await Eventually.TrueAsync(() => idle.PendingRows == 0, "all is compared", Token);
        await idle.StopAsync(Token);
        Assert.Equal(4L, (await ReportAsync()).Lanes[1].Compared);
    }

    [Fact]
    public async Task A_shadow_that_cannot_be_asked_fails_alone()
    {
        await SetAsync(Plan(Lane("champion", 2, 1), Shadow("next", 1)));
        _host.Training.IsAway = true;
        _host.Training.Models.Clear();
        _host.Catalog.Dispose();
        await _host.Intake.TryPublishAsync(Samples.Manifest("housing", 2, (await Samples.StoreAsync(_host.Artifacts, "housing", 2, Token)).Artifact), Token);

        Assert.Equal(2, (await PredictAsync(1)).Version);
        var lane = (await ReportAsync()).Lanes[1];

        Assert.Equal((1L, 1L, 0L), (lane.Calls, lane.Errors, lane.Compared));
        Assert.Equal(1L, lane.Codes["unavailable"]);
    }

    [Fact]
    public async Task Redelivered_calls_are_not_tried_in_a_second_version()
    {
        await SetAsync(Plan(Lane("champion", 1, 1), Shadow("next", 2)));

        using var scored = await _host.Get<Predictor>().PredictAsync(Call(1) with { Redelivered = true }, Token);

        Assert.Equal(0, Comparer.PendingRows);
    }

    [Theory]
    [InlineData(0.4, 0.6, 1)]
    [InlineData(0.6, 0.9, 0)]
    public void Two_classes_disagree_where_their_probability_is_on_different_sides(double own, double baseline, int disagreed) =>
        Assert.Equal(disagreed, Classes(["churned"], own).CompareWith(Classes(["churned"], baseline), 0, "1").Disagreed);

    [Theory]
    [InlineData(0.5, 0.3, 0.2, 0)]
    [InlineData(0.3, 0.5, 0.2, 1)]
    public void Classes_disagree_where_the_most_probable_is_another_whatever_their_order(double a, double b, double c, int disagreed) =>
        Assert.Equal(
            disagreed,
            Classes(["c", "b", "a"], c, b, a).CompareWith(Classes(["a", "b", "c"], 0.4, 0.35, 0.25), 0, "1").Disagreed);

    [Fact]
    public void A_row_that_only_one_refuses_disagrees_and_one_that_both_refuse_is_not_compared()
    {
        Answers Numbers(params bool[] refused) => new(["price"], false, new Matrix(3, 1, [1, 1, 1]), refused);

        var counts = Numbers(true, true, false).CompareWith(Numbers(true, false, false), 0.05, "1");

        Assert.Equal((2L, 1L, 1L), (counts.Compared, counts.Disagreed, counts.Difference("price").Count));
    }

    private static Answers Classes(string[] outputs, params double[] probabilities) =>
        new(outputs, true, new Matrix(1, outputs.Length, probabilities), [false]);

    private static PredictionCall Call(int rows) => new()
    {
        Model = "housing",
        Rows = new JsonRows([.. Enumerable.Repeat(JsonElement.Parse("[6,10]"), rows)]),
        RequestId = "test",
    };

    private async Task SetAsync(RolloutPlan plan) =>
        await _host.Get<SetRolloutHandler>().HandleAsync(new SetRollout { Data = plan }, Samples.Context, Token);

    private Task<PredictionBatch> PredictAsync(int rows) => _host.Bundles.HandleAsync(
        new PredictRows { Data = new() { Model = "housing", Rows = [.. Enumerable.Repeat(JsonElement.Parse("[6,10]"), rows)] } },
        Samples.Context,
        Token);

    /// <summary>The report when all that waited is compared.</summary>
    private async Task<RolloutReport> ReportAsync()
    {
        await Comparer.StartAsync(Token);
        await Eventually.TrueAsync(() => Comparer.PendingRows == 0, "all is compared", Token);
        return await _host.Get<FindRolloutHandler>().HandleAsync(
            new FindRollout { Data = new() { Model = "housing" } }, Samples.Context, Token);
    }
}
