using Skipper.Shared.Engines.XGBoost;

namespace Skipper.Shared.Engines.Tests.XGBoost;

public sealed class RoundMetricsTests
{
    [Fact]
    public void Metrics_come_of_each_round_and_of_both_parts()
    {
        var engine = NeedsXGBoost.OrSkip();
        var (with, without) = (new List<TrainingMetric>(), new List<TrainingMetric>());
        var parameters = EngineCatalog.Complete(
            engine, new Dictionary<string, double> { ["rounds"] = 7, ["early_stopping_rounds"] = 0 });
        var (features, targets) = Data.NonlinearRows(100, seed: 1);
        var data = Data.WithoutValidation(features, targets);
        var token = TestContext.Current.CancellationToken;

        engine.Train(Data.Nonlinear(100), parameters, 1, new TrainingWatch { Metric = with.Add }, token);
        engine.Train(data, parameters, 1, new TrainingWatch { Metric = without.Add }, token);

        Assert.Equal(Rounds("validation"), with.Where(metric => metric.Part == "validation").Select(Place));
        Assert.Equal(
            [(0, 0, "train"), (0, 5, "train"), (1, 0, "train"), (1, 5, "train")],
            with.Where(metric => metric.Part == "train").Select(Place));
        Assert.Equal(Rounds("train"), without.Select(Place));
        Assert.All(with.Concat(without), metric => Assert.True(metric is { Name: "rmse", Rounds: 7, Value: > 0 and < 10 }));

        static (int, int, string) Place(TrainingMetric metric) => (metric.Target, metric.Round, metric.Part);
        static IEnumerable<(int, int, string)> Rounds(string part) =>
            Enumerable.Range(0, 14).Select(place => (place / 7, place % 7, part));
    }

    [Fact]
    public void What_is_no_number_is_read_as_none() => Assert.Equal(
        [("train", 3.5), ("validation", double.NaN)],
        RoundMetrics.Parse("[9]\ttrain-rmse:3.5\tvalidation-rmse:-nan"));
}
