using Skipper.Services.Serving.Labels;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Tests.StoredPredictions;

public abstract partial class StoredPredictionContract
{
    [Fact]
    public async Task Labels_that_come_later_make_the_live_metrics_of_each_version()
    {
        // Predicted prices 105, 100 and of the second version 205.
        await StoreAsync("a", "[[8,15],[6,10]]");
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 2, Token), Token);
        await StoreAsync("b", "[[8,15]]");

        Assert.Equal((1, 2), Counts(await FeedAsync("a", """[{"row":1,"label":{"PRICE":97,"ptratio":20}}]""")));
        Assert.Equal((2, 2), Counts(await FeedAsync("a", """[{"row":0,"label":{"price":106}}]""")));
        await FeedAsync("b", """[{"label":{"price":1}}]""");
        await FeedAsync("b", """[{"label":{"price":205}}]""");

        var metrics = await MeasureAsync(new LivePeriod { Model = "housing" });
        Assert.Equal([(2, 1L), (1, 2L)], metrics.Versions.Select(version => (version.Version, version.RowCount)));
        var (price, ratio) = (metrics.Versions[1].Targets["price"], metrics.Versions[1].Targets["ptratio"]);

        // Errors 3 and -1.
        Assert.Equal((2, 1), (price.LabeledCount, ratio.LabeledCount));
        Assert.Equal(Math.Sqrt(5), price.Rmse!.Value, 6);
        Assert.Equal(2, price.Mae!.Value, 6);
        Assert.Equal(1, price.Bias!.Value, 6);
        Assert.Null(price.Accuracy);
        Assert.Equal(0, metrics.Versions[0].Targets["price"].Rmse!.Value, 6);
        Assert.Equal("""{"price":97,"ptratio":20}""", Text((await FindAsync("a"))[1].Labels));
        Assert.Equal("""{"price":106}""", Text((await FindAsync("a"))[0].Labels));
    }

    [Fact]
    public async Task Metrics_are_those_of_the_time_and_a_model_without_predictions_has_none()
    {
        await StoreAsync("a", "[[8,15]]");
        _time.Advance(TimeSpan.FromDays(1));
        await StoreAsync("b", "[[8,15]]");
        await FeedAsync("a", """[{"label":{"price":100}}]""");
        await FeedAsync("b", """[{"label":{"price":104}}]""");

        var newest = await MeasureAsync(new LivePeriod { Model = "housing", Since = _time.GetUtcNow() });
        var oldest = await MeasureAsync(new LivePeriod { Model = "housing", Until = _time.GetUtcNow() });

        Assert.Equal((1, 5), (Math.Round(Only(newest).Bias!.Value, 6), Math.Round(Only(oldest).Bias!.Value, 6)));
        var error = await Assert.ThrowsAsync<MeshException>(() => MeasureAsync(new LivePeriod { Model = "houses" }));
        Assert.Equal(ErrorCode.NotFound, error.Code);
    }

    [Fact]
    public async Task Classes_have_metrics_of_their_own_beside_versions_that_had_none()
    {
        await StoreAsync("a", "[[8,15]]");
        await Labels.AddAsync(
            [
                Label("price", 1) with { Error = 2 },
                Label("kind", 2) with { RowNumber = 1, IsRight = 1, LogLoss = 0.5, Brier = 0.25 },
                Label("kind", 2) with { RowNumber = 2, IsRight = 0, LogLoss = 1.5, Brier = 0.75 },
            ],
            Token);
        await Store.AddAsync([Sampled(7) with { Version = 2 }], Token);

        var metrics = await MeasureAsync(new LivePeriod { Model = "housing" });

        var kind = metrics.Versions[0].Targets["kind"];
        Assert.Equal((2L, 0.5, 1.0, 0.5), (kind.LabeledCount, kind.Accuracy!.Value, kind.LogLoss!.Value, kind.Brier!.Value));
        Assert.Null(kind.Rmse);
        Assert.Equal(2, metrics.Versions[1].Targets["price"].Rmse);
    }

    [Theory]
    [InlineData("""[]""", "data.labels must have at least one label, and each row at most once.")]
    [InlineData("""[{"label":{"price":1}},{"label":{"price":2}}]""", "data.labels must have at least one label, and each row at most once.")]
    [InlineData("""[{"row":1,"label":{"price":1}}]""", "Row 1 of request 'a' is not kept.")]
    [InlineData("""[{"label":7}]""", "The label of row 0 cannot be taken: expected an object with a member per target (price, ptratio), found Number.")]
    [InlineData("""[{"label":{"prize":7}}]""", "The label of row 0 cannot be taken: 'prize' is no target of housing@1; expected price, ptratio.")]
    [InlineData("""[{"label":{"price":"7"}}]""", "The label of row 0 cannot be taken: expected a finite number for 'price', found \"7\".")]
    [InlineData("""[{"label":{}}]""", "The label of row 0 cannot be taken: expected at least one target (price, ptratio), found none.")]
    public async Task A_wrong_label_is_refused_and_none_is_taken(string labels, string message)
    {
        await StoreAsync("a", "[[8,15]]");

        var error = await Assert.ThrowsAsync<MeshException>(() => FeedAsync("a", labels));

        Assert.Equal((ErrorCode.InvalidArgument, message), (error.Code, error.Message));
        Assert.Equal(0, await Labels.CountAsync("a", Token));
    }

    [Fact]
    public async Task Feedback_for_what_is_not_kept_is_not_found()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => FeedAsync("a", """[{"label":{"price":1}}]"""));

        Assert.Equal(ErrorCode.NotFound, error.Code);
    }

    private static LiveTarget Only(LiveMetrics metrics) => Assert.Single(Assert.Single(metrics.Versions).Targets).Value;

    private static (int Labeled, int Rows) Counts(FeedbackCount count) => (count.LabeledCount, count.RowCount);

    private LabelRow Label(string target, int version) => new()
    {
        RequestId = "x",
        Target = target,
        Model = "housing",
        Version = version,
        Label = "1",
        PredictedAt = _time.GetUtcNow(),
    };

    private Task<FeedbackCount> FeedAsync(string id, string labels) => _host.Get<AddFeedbackHandler>().HandleAsync(
        new AddFeedback { Data = new() { RequestId = id, Labels = Read<List<RowLabel>>(labels) } }, Samples.Context, Token);

    private Task<LiveMetrics> MeasureAsync(LivePeriod period) =>
        _host.Get<MeasurePredictionsHandler>().HandleAsync(new MeasurePredictions { Data = period }, Samples.Context, Token);
}
