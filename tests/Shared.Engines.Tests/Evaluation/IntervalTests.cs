using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Evaluation;

public sealed class IntervalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The mean of n errors has the standard error s / sqrt(n); an interval of a mean is 1.96 of them to both sides.
    [Fact]
    public void An_interval_of_a_mean_is_as_wide_as_theory_says()
    {
        const int Rows = 2000;
        var errors = Enumerable.Range(0, Rows).Select(row => Math.Sin(row * 1.7) * (row % 7)).ToArray();
        var mean = errors.Average();
        var expected = 1.96 * Math.Sqrt(errors.Sum(error => (error - mean) * (error - mean)) / Rows / Rows);

        var bias = Regression(new double[Rows], errors, new EvaluationOptions())[MetricNames.Bias];

        Assert.Equal(mean, bias.Value!.Value, 12);
        Assert.Equal(mean - expected, bias.Lower!.Value, expected / 8);
        Assert.Equal(mean + expected, bias.Upper!.Value, expected / 8);
    }

    [Fact]
    public void About_95_of_100_intervals_hold_the_value_of_the_population()
    {
        // Given errors drawn from a population with the mean absolute error 0.5: uniform from -1 to 1.
#pragma warning disable CA5394 // Repeatable, not secret.
        var random = new Random(5);
        var holding = Enumerable.Range(0, 200).Count(_ =>
        {
            var errors = Enumerable.Range(0, 100).Select(_ => (random.NextDouble() * 2) - 1).ToArray();
            var mae = Regression(new double[100], errors, new EvaluationOptions { Resamples = 300 })[MetricNames.Mae];
            return mae.Lower <= 0.5 && 0.5 <= mae.Upper;
        });
#pragma warning restore CA5394

        Assert.InRange(holding, 180, 198);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] said = [1, 2, 4, 3, 6, 5, 9];
        double[] right = [1, 2, 3, 4, 5, 6, 7];

        var first = Regression(right, said, new EvaluationOptions { Seed = 3 })[MetricNames.Bias];

        Assert.Equal(first, Regression(right, said, new EvaluationOptions { Seed = 3 })[MetricNames.Bias]);
        Assert.NotEqual(first, Regression(right, said, new EvaluationOptions { Seed = 4, Resamples = 101 })[MetricNames.Bias]);
    }

    [Fact]
    public void A_wider_confidence_gives_a_wider_interval()
    {
        double[] said = [1, 2, 4, 3, 6, 5, 9];
        double[] right = [1, 2, 3, 4, 5, 6, 7];

        var wide = Regression(right, said, new EvaluationOptions { Confidence = 0.99 })[MetricNames.Rmse];
        var narrow = Regression(right, said, new EvaluationOptions { Confidence = 0.5 })[MetricNames.Rmse];

        Assert.True(wide.Lower < narrow.Lower && narrow.Lower < narrow.Value && narrow.Upper < wide.Upper);
    }

    // 95 % intervals of 8 of 10 and 10 of 10, from the published formula.
    [Fact]
    public void Intervals_of_precision_and_recall_are_those_of_Wilson()
    {
        double[] truth = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0];
        double[] odds = [.9, .9, .9, .9, .9, .9, .9, .9, .2, .2, .1];

        var positive = Classes(truth, odds).Classes[1];

        Assert.Equal((0.8, 1.0), (positive.Recall.Value, positive.Precision.Value));
        Assert.Equal(0.490162, positive.Recall.Lower!.Value, 6);
        Assert.Equal(0.943318, positive.Recall.Upper!.Value, 6);
        Assert.Equal(0.675592, positive.Precision.Lower!.Value, 6);
        Assert.Equal(1, positive.Precision.Upper!.Value, 12);
    }

    [Fact]
    public void Bins_say_what_was_said_and_what_was_seen()
    {
        var bins = Classes([0, 1, 1, 1, 0], [.22, .28, 1, .95, .95]).Calibration;

        Assert.Equal(2, bins.Count);
        Assert.Equal((0.2, 0.3, 2.0, 0.25, 0.5), (bins[0].Lower, bins[0].Upper, bins[0].Weight, bins[0].Said, bins[0].Seen.Value));
        Assert.Equal((0.9, 1.0, 3.0), (bins[1].Lower, bins[1].Upper, bins[1].Weight));
        Assert.Equal(2.9 / 3, bins[1].Said, 12);
        Assert.Equal(2.0 / 3, bins[1].Seen.Value!.Value, 12);
    }

    [Fact]
    public void What_the_rows_do_not_define_has_no_value()
    {
        var constant = Regression([2, 2, 0], [2, 3, 0], new EvaluationOptions(), weights: [1, 1, 0]);
        var oneClass = Classes([1, 1], [.7, .9]);
        var unordered = RankingReport.Measure([0, 0], Data.Column(1, 2), [2], null, new EvaluationOptions(), Token);

        Assert.Equal(new Estimate(null, null, null), constant[MetricNames.R2]);
        Assert.Null(Regression([0, 1], [1, 1], EvaluationOptions.WithoutIntervals)[MetricNames.Mape].Value);
        Assert.Equal((null, null), (oneClass.Metrics[MetricNames.Auc].Value, oneClass.Metrics[MetricNames.Mcc].Value));
        Assert.Equal((null, null, null), (oneClass.Classes[0].Precision.Value, oneClass.Classes[0].Recall.Value, oneClass.Classes[0].F1));
        Assert.Equal((0, null), (unordered.Queries, unordered.Metrics[MetricNames.Ndcg].Value));
    }

    [Fact]
    public void A_probability_of_0_for_the_right_class_costs_much_but_not_everything() =>
        Assert.Equal(15 * Math.Log(10), Classes([1], [0]).Metrics[MetricNames.LogLoss].Value!.Value, 10);

    [Fact]
    public void Rows_of_weight_0_count_no_more_than_absent_rows()
    {
        var weighted = Regression([1, 2, 3, 9], [1, 3, 5, 0], EvaluationOptions.WithoutIntervals, [1, 1, 1, 0]);
        var without = Regression([1, 2, 3], [1, 3, 5], EvaluationOptions.WithoutIntervals);

        Assert.All(without, metric => Assert.Equal(metric.Value, weighted[metric.Key]));
    }

    [Fact]
    public void What_cannot_be_measured_is_refused()
    {
        var none = EvaluationOptions.WithoutIntervals;

        Assert.Throws<ArgumentException>(() => Regression([], [], none));
        Assert.Throws<ArgumentException>(() => Regression([1], [1, 2], none));
        Assert.Throws<ArgumentException>(() => Regression([1], [1], none, [0]));
        Assert.Throws<ArgumentException>(() => Regression([1], [1], none, [-1]));
        Assert.Throws<ArgumentException>(() => Classes([2], [.5]));
        Assert.Throws<ArgumentException>(() => Classes([0.5], [.5]));
        Assert.Throws<ArgumentException>(() => RankingReport.Measure([1, 0], Data.Column(1, 2), [3], null, none, Token));
        Assert.Throws<InvalidDataException>(() => Classes([1], [1.5]));
        Assert.Equal(
            ErrorCode.FailedPrecondition,
            Assert.Throws<MeshException>(() => Regression([1], [double.NaN], none)).Code);
    }

    [Fact]
    public void Measuring_stops_when_cancelled() => Assert.Throws<OperationCanceledException>(() => RegressionReport.Measure(
        [1, 2], Data.Column(1, 2), null, new EvaluationOptions(), new CancellationToken(canceled: true)));

    [Theory]
    [InlineData(ModelTask.Regression, "rmse", false)]
    [InlineData(ModelTask.Binary, "log_loss", false)]
    [InlineData(ModelTask.Multiclass, "log_loss", false)]
    [InlineData(ModelTask.Ranking, "ndcg", true)]
    public void Each_task_has_a_metric_to_choose_by(ModelTask task, string name, bool isHigherBetter)
    {
        Assert.Equal(name, MetricNames.Of(task)[0]);
        Assert.Equal(isHigherBetter, MetricNames.IsHigherBetter(name));
        Assert.Null(MetricNames.IsHigherBetter(MetricNames.Bias));
    }

    private static IReadOnlyDictionary<string, Estimate> Regression(
        double[] truth, double[] said, EvaluationOptions options, double[]? weights = null) =>
        RegressionReport.Measure(truth, new Matrix(said.Length, 1, said), weights, options, Token).Metrics;

    private static ClassReport Classes(double[] truth, double[] odds) =>
        ClassReport.Measure(2, truth, Data.Column(odds), null, EvaluationOptions.WithoutIntervals, Token);
}
