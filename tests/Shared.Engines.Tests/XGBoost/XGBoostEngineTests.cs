using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.XGBoost;

public sealed class XGBoostEngineTests
{
    [Fact]
    public void Asking_for_the_engine_never_throws_and_says_what_to_install_where_it_is_missing()
    {
        var engine = new XGBoostEngine();

        Assert.True(engine.Missing is null || engine.Missing.Contains("libxgboost", StringComparison.Ordinal));
        Assert.Equal(engine.Missing is null, Version.Parse(engine.Version) >= new Version(1, 6));
    }

    [Fact]
    public void It_learns_a_function_that_no_line_can_follow()
    {
        var engine = NeedsXGBoost.OrSkip();
        var (features, truth) = Data.NonlinearRows(300, seed: 13);

        using var model = engine.Load(Train(engine, Data.Nonlinear(1200)));

        var predicted = model.Predict(features);
        foreach (var target in new[] { 0, 1 })
        {
            var metrics = RegressionReport.Measure(
                truth.Column(target), Data.Column(predicted.Column(target)), null, EvaluationOptions.WithoutIntervals, CancellationToken.None).Metrics;
            Assert.True(metrics[MetricNames.R2].Value > 0.95, $"R2 of target {target} is {metrics[MetricNames.R2].Value}");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = Data.Nonlinear(200);

        var file = Train(engine, data, seed: 5);

        Assert.Equal(file, Train(engine, data, seed: 5));
        Assert.NotEqual(file, Train(engine, data, seed: 6));
    }

    [Fact]
    public void A_batch_and_its_rows_one_by_one_give_the_same_bits()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = Data.Nonlinear(200);
        using var model = engine.Load(Train(engine, data));

        var batch = model.Predict(data.Features);

        for (var row = 0; row < data.Features.Rows; row++)
        {
            var single = model.Predict(new Matrix(1, 2, data.Features.Row(row).ToArray()));
            Assert.Equal(batch.Row(row).ToArray(), single.Values);
        }

        Assert.Equal(0, model.Predict(Data.NoRows(2)).Rows);
    }

    [Fact]
    public void Predictions_of_many_threads_do_not_mix()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = Data.Nonlinear(400);
        using var model = engine.Load(Train(engine, data));
        var expected = model.Predict(data.Features);

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, turn =>
        {
            var rows = 1 + turn;
            var features = new Matrix(rows, 2, data.Features.Values[(turn * 2)..((turn + rows) * 2)]);
            Assert.Equal(expected.Values[(turn * 2)..((turn + rows) * 2)], model.Predict(features).Values);
        });
    }

    [Fact]
    public void Values_beyond_single_precision_are_predicted_like_the_largest()
    {
        var engine = NeedsXGBoost.OrSkip();
        using var model = engine.Load(Train(engine, Data.Nonlinear(200)));

        var predictions = model.Predict(new Matrix(2, 2, [1e300, -1e300, 1e30, -1e30]));

        Assert.Equal(predictions.Row(1).ToArray(), predictions.Row(0).ToArray());
        Assert.All(predictions.Values, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Training_stops_within_the_round_in_which_it_is_cancelled()
    {
        var engine = NeedsXGBoost.OrSkip();
        using var cancellation = new CancellationTokenSource();
        var reports = new List<string>();

        Assert.Throws<OperationCanceledException>(() => engine.Train(
            Data.Nonlinear(200), EngineCatalog.Complete(engine, null), 1, new TrainingWatch { Progress = Report }, cancellation.Token));

        Assert.Equal(3, reports.Count);

        void Report(double percent, string text)
        {
            reports.Add(text);
            if (reports.Count == 3)
            {
                cancellation.Cancel();
            }
        }
    }

    [Fact]
    public void Progress_rises_to_100_and_carries_the_metric_of_each_round()
    {
        var engine = NeedsXGBoost.OrSkip();
        var reports = new List<(double Percent, string Text)>();
        var parameters = new Dictionary<string, double> { ["rounds"] = 5, ["early_stopping_rounds"] = 0 };

        engine.Train(
            Data.Nonlinear(200), EngineCatalog.Complete(engine, parameters), 1,
            new TrainingWatch { Progress = (percent, text) => reports.Add((percent, text)) }, TestContext.Current.CancellationToken);

        Assert.Equal(10, reports.Count);
        Assert.Equal(reports.Select(report => report.Percent).Order(), reports.Select(report => report.Percent));
        Assert.Equal(100, reports[^1].Percent);
        Assert.StartsWith("target 1 of 2, round 1 of 5: validation rmse ", reports[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Early_stopping_keeps_the_rounds_up_to_the_best()
    {
        // Given targets that are noise: nothing learned on them helps on the validation part.
        var engine = NeedsXGBoost.OrSkip();
        var (features, noise) = (Data.NonlinearRows(200, 1).Features, Data.NonlinearRows(200, 2).Features);
        var (validation, otherNoise) = (Data.NonlinearRows(100, 3).Features, Data.NonlinearRows(100, 4).Features);
        var data = new TrainingData(features, noise, validation, otherNoise);
        var reports = 0;
        var parameters = new Dictionary<string, double>
        {
            ["rounds"] = 500,
            ["early_stopping_rounds"] = 7,
            ["eta"] = 0.5,
            ["max_depth"] = 6,
        };

        // When
        var file = engine.Train(
            data, EngineCatalog.Complete(engine, parameters), 1,
            new TrainingWatch { Progress = (_, _) => reports++ }, TestContext.Current.CancellationToken);

        // Then
        var header = XGBoostModelFile.Unpack(file, out var boosters);
        Assert.InRange(reports, 16, 200);
        Assert.Equal(reports, header.BestIterations.Sum(best => best + 1 + 7));
        Assert.All(boosters.Zip(header.BestIterations), pair =>
        {
            using var booster = Booster.Load(pair.First.Span);
            Assert.Equal(pair.Second + 1, booster.BoostedRounds);
        });
    }

    [Fact]
    public void A_row_of_the_wrong_width_is_refused()
    {
        var engine = NeedsXGBoost.OrSkip();
        using var model = engine.Load(Train(engine, Data.Nonlinear(100)));

        var error = Assert.Throws<ArgumentException>(() => model.Predict(new Matrix(1, 3, [1, 2, 3])));

        Assert.Contains("expects 2 features per row, found 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_model_predicts_no_more()
    {
        var engine = NeedsXGBoost.OrSkip();
        var model = engine.Load(Train(engine, Data.Nonlinear(100)));

        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Predict(new Matrix(1, 2, [1, 2])));
    }

    private static byte[] Train(XGBoostEngine engine, TrainingData data, int seed = 1) => engine.Train(
        data, EngineCatalog.Complete(engine, null), seed, TrainingWatch.None, TestContext.Current.CancellationToken);
}
