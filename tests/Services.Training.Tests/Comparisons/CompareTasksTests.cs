using Microsoft.Extensions.Logging.Abstractions;
using Skipper.Services.Training.Comparisons;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Comparisons;

/// <summary>Comparisons and gates of classifiers and rankings.</summary>
public sealed class CompareTasksTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private TrainingHost _host = null!;
    private FakeDataService _data = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _host = new TrainingHost(_storage);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_classifier_passes_the_gate_by_a_metric_of_classifiers()
    {
        // Given a champion that says high from 5 on, and a challenger that knows that it is from 1.75 on; the test rows are 0 to 2.75
        await TrainAsync("binary", x => [x, x > 5 ? 0 : 1], ["high", "low"]);
        await PromoteAsync(1, null);
        await TrainAsync("binary", x => [x, x > 1.5 ? 0 : 1], ["high", "low"]);

        var comparison = await CompareAsync();

        // Then 5 of the 12 are high, which the champion takes for low
        Assert.Equal(1, comparison.Challenger["kind"]["accuracy"]);
        Assert.Equal(7 / 12.0, comparison.Champion!["kind"]["accuracy"], 12);
        Assert.Equal(1, comparison.Champion["kind"]["recall"]);
        Assert.True(comparison.Challenger["kind"]["log_loss"] < comparison.Champion["kind"]["log_loss"]);
        var refused = await PromoteAsync(2, new() { Metric = "accuracy", MinimumGain = 0.5, Comparison = comparison });
        Assert.Equal((1, false), (refused.Version, refused.Gate!.Passed));
        var moved = await PromoteAsync(2, new() { Metric = "accuracy", MinimumGain = 0.4, Comparison = comparison });
        Assert.Equal((2, true, "kind"), (moved.Version, moved.Gate!.Passed, moved.Gate.Target));
    }

    [Fact]
    public async Task A_class_that_the_champion_does_not_know_is_never_said_by_it()
    {
        await TrainAsync("binary", x => [x, x > 1 ? 0 : 1], ["high", "low"]);
        await PromoteAsync(1, null);
        await TrainAsync("multiclass", x => [x, x > 2 ? 2 : x > 1 ? 0 : 1], ["high", "low", "top"]);

        var comparison = await CompareAsync();

        // 0 to 1 is low, to 2 high, to 2.75 top: 5, 4 and 3 rows.
        Assert.Equal(9 / 12.0, comparison.Champion!["kind"]["accuracy"], 12);
        Assert.True(comparison.Challenger["kind"]["log_loss"] < comparison.Champion["kind"]["log_loss"]);
        Assert.Equal(comparison.Challenger["kind"].Keys.Order(), comparison.Champion["kind"].Keys.Order());
    }

    [Fact]
    public async Task Rankings_are_compared_by_their_queries()
    {
        NativeLibraries.RequireXGBoost();
        double[] Row(double x, bool rises) => [x % 2, Math.Floor(rises ? x % 2 * 2 : 3.9 - (x % 2 * 2)), Math.Floor(x / 2)];
        await TrainAsync("ranking", x => Row(x, rises: false), null, "xgboost");
        await PromoteAsync(1, null);
        await TrainAsync("ranking", x => Row(x, rises: true), null, "xgboost");

        var error = await Assert.ThrowsAsync<MeshException>(() => CompareAsync());
        Assert.Contains("data.group must name the column of queries", error.Message, StringComparison.Ordinal);
        var comparison = await CompareAsync("query");

        Assert.Equal(["ndcg", "ndcg@10", "ndcg@5"], comparison.Challenger["kind"].Keys.Order(StringComparer.Ordinal));
        Assert.True(comparison.Challenger["kind"]["ndcg"] > comparison.Champion!["kind"]["ndcg"] + 0.1);
        Assert.True((await PromoteAsync(2, new() { Metric = "ndcg", MinimumGain = 0.1, Comparison = comparison })).Gate!.Passed);
    }

    [Fact]
    public async Task A_classifier_and_a_regression_are_not_compared()
    {
        await TrainAsync("regression", x => [x, x > 1 ? 0 : 1], null);
        await PromoteAsync(1, null);
        await TrainAsync("binary", x => [x, x > 1 ? 0 : 1], null);

        var error = await Assert.ThrowsAsync<MeshException>(() => CompareAsync());

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("predicts kind (regression), the other kind (binary)", error.Message, StringComparison.Ordinal);
    }

    private Task<ModelAlias> PromoteAsync(int version, PromotionGate? gate) => _host.Mover.PromoteAsync(
        new() { Name = "things", Version = version, Alias = "champion", Gate = gate }, null, Token);

    private async Task TrainAsync(string task, Func<double, double[]> row, IReadOnlyList<string>? classes, string engine = "linear")
    {
        _data = new FakeDataService(async request =>
        {
            var split = await Samples.SplitAsync(_host.Artifacts, request.Data!, 40, 12, row, Token);
            return classes is null
                ? split
                : split with { Classes = new Dictionary<string, IReadOnlyList<string>> { ["kind"] = classes } };
        });
        var handler = new TrainModelHandler(
            EngineCatalog.CreateDefault(),
            _host.Job(_data),
            _host.Artifacts,
            _host.Models,
            _host.Publisher,
            TimeProvider.System,
            NullLogger<TrainModelHandler>.Instance);
        var options = new TrainingOptions
        {
            Dataset = "things",
            Targets = ["kind"],
            Task = task,
            Engine = engine,
            Group = task == "ranking" ? "query" : null,
            Parameters = engine == "xgboost" ? new Dictionary<string, double> { ["rounds"] = 20, ["min_child_weight"] = 0 } : null,
        };
        await handler.HandleAsync(new TrainModel { Data = options }, Samples.Context(), Token);
    }

    private Task<ModelComparison> CompareAsync(string? group = null) => new CompareModelsHandler(
        _host.Versions,
        _host.Aliases,
        new VersionJudge(_host.Artifacts, EngineCatalog.CreateDefault()),
        new SplitReader(_host.Artifacts),
        _data).HandleAsync(
            new CompareModels { Data = new() { Name = "things", Version = 2, Alias = "champion", Group = group } }, Samples.Context(), Token);
}
