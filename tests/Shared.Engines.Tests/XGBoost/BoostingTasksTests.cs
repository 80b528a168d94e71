using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.XGBoost;

public sealed class BoostingTasksTests
{
    private static readonly Dictionary<string, double> Small = new()
    {
        ["rounds"] = 40,
        ["eta"] = 0.3,
        ["early_stopping_rounds"] = 0,
    };

    [Fact]
    public void Two_classes_are_told_apart_by_probabilities()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = TaskData.Classes(600, 2);

        using var model = engine.Load(Train(engine, data));

        var probabilities = model.Predict(data.ValidationFeatures);
        Assert.Equal((ModelTask.Binary, 2, 1), (model.Task, model.ClassCount, probabilities.Columns));
        Assert.All(probabilities.Values, value => Assert.InRange(value, 0, 1));
        Assert.True(Accuracy(data, row => probabilities[row, 0] > 0.5 ? 1 : 0) > 0.95);
    }

    [Fact]
    public void Several_classes_are_told_apart_by_probabilities()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = TaskData.Classes(600, 4);

        using var model = engine.Load(Train(engine, data));

        var probabilities = model.Predict(data.ValidationFeatures);
        Assert.Equal((ModelTask.Multiclass, 4, 4), (model.Task, model.ClassCount, probabilities.Columns));
        Assert.True(Accuracy(data, row => Array.IndexOf(probabilities.Row(row).ToArray(), probabilities.Row(row).ToArray().Max())) > 0.9);
    }

    [Fact]
    public void A_ranking_orders_the_rows_of_each_query()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = TaskData.Ranking(60);
        var metrics = new List<TrainingMetric>();

        using var model = engine.Load(Train(engine, data, new TrainingWatch { Metric = metrics.Add }));

        // Grades follow the first feature within a query, and the level of the query, which must not matter, the second.
        var scores = model.Predict(new Matrix(3, 2, [-1.5, 0, 0, 0, 1.5, 0]));
        Assert.Equal(ModelTask.Ranking, model.Task);
        Assert.True(scores[0, 0] < scores[1, 0] && scores[1, 0] < scores[2, 0]);
        var ndcg = metrics.Where(metric => metric.Part == "validation").ToArray();
        Assert.All(ndcg, metric => Assert.Equal("ndcg", metric.Name));
        Assert.True(ndcg[^1].Value > 0.95, $"ndcg is {ndcg[^1].Value}");
    }

    [Fact]
    public void A_ranking_that_only_gets_worse_stops_early_at_its_best_round()
    {
        // Given a validation part whose grades are the other way round: its ndcg falls.
        var engine = NeedsXGBoost.OrSkip();
        var data = TaskData.Ranking(60);
        data = data with
        {
            ValidationTargets = new Matrix(
                data.ValidationTargets.Rows, 1, [.. data.ValidationTargets.Values.Select(grade => 4 - grade)]),
        };
        var metrics = new List<TrainingMetric>();
        var parameters = new Dictionary<string, double>(Small) { ["early_stopping_rounds"] = 3 };

        // When
        var file = engine.Train(
            data, EngineCatalog.Complete(engine, parameters), 1, new TrainingWatch { Metric = metrics.Add },
            TestContext.Current.CancellationToken);

        // Then
        var scores = metrics.Where(metric => metric.Part == "validation").Select(metric => metric.Value).ToList();
        var best = scores.IndexOf(scores.Max());
        Assert.Equal(best, Assert.Single(XGBoostModelFile.Unpack(file, out _).BestIterations));
        Assert.Equal(best + 1 + 3, scores.Count);
    }

    [Fact]
    public void What_is_missing_says_something_too()
    {
        // The target is 1 exactly where the feature is missing.
        var engine = NeedsXGBoost.OrSkip();
        double[] features = [.. Enumerable.Range(0, 200).Select(row => row % 3 == 0 ? double.NaN : row % 7)];
        var data = Data.WithoutValidation(
            new Matrix(200, 1, features), new Matrix(200, 1, [.. features.Select(value => double.IsNaN(value) ? 1.0 : 0)]));

        using var model = engine.Load(Train(engine, data));

        var predictions = model.Predict(Data.Column(double.NaN, 0, 3, 6));
        Assert.Equal(1, predictions[0, 0], 0.05);
        Assert.Equal(0, predictions[1, 0], 0.05);
        Assert.Equal(0, predictions[2, 0], 0.05);
        Assert.Equal(0, predictions[3, 0], 0.05);
    }

    [Fact]
    public void A_weight_counts_as_often_as_the_row_would()
    {
        // Two rows of the same features disagree; the one that weighs three times as much pulls the mean to 3/4.
        var engine = NeedsXGBoost.OrSkip();
        var data = Data.WithoutValidation(
            new Matrix(40, 1, new double[40]), new Matrix(40, 1, [.. Enumerable.Range(0, 40).Select(row => row % 2 * 1.0)]))
            with
        { Weights = [.. Enumerable.Range(0, 40).Select(row => row % 2 == 0 ? 1.0 : 3.0)] };

        using var weighed = engine.Load(Train(engine, data));
        using var plain = engine.Load(Train(engine, data with { Weights = null }));

        Assert.Equal(0.75, weighed.Predict(Data.Column(0))[0, 0], 0.02);
        Assert.Equal(0.5, plain.Predict(Data.Column(0))[0, 0], 0.02);
    }

    [Fact]
    public void Contributions_of_each_target_add_up_to_its_prediction()
    {
        var engine = NeedsXGBoost.OrSkip();
        var data = Data.Nonlinear(200);
        using var model = Assert.IsAssignableFrom<IExplainedModel>(engine.Load(Train(engine, data)));

        var predictions = model.Predict(data.ValidationFeatures);

        for (var target = 0; target < 2; target++)
        {
            var explained = model.Explain(data.ValidationFeatures, target);
            for (var row = 0; row < predictions.Rows; row++)
            {
                Assert.Equal(predictions[row, target], explained.Row(row).ToArray().Sum(), 1e-5);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => model.Explain(data.ValidationFeatures, 2));
    }

    [Fact]
    public void The_library_and_the_trees_give_the_same_bits_for_every_task()
    {
        var engine = NeedsXGBoost.OrSkip();
        foreach (var data in (TrainingData[])
            [Data.Nonlinear(200), TaskData.Classes(200, 2), TaskData.Classes(200, 3), TaskData.Ranking(20)])
        {
            var file = Train(engine, data);
            using var native = XGBoostModel.Load(file, XGBoostLibrary.Version);
            using var managed = XGBoostModel.Load(file, null);

            Assert.True(native.UsesLibrary);
            Assert.Equal(managed.Predict(data.Features).Values, native.Predict(data.Features).Values);
        }
    }

    [Theory]
    [InlineData(2, 2, "takes whole numbers from 0 to 1")]
    [InlineData(3, 0.5, "takes whole numbers from 0 to 2")]
    [InlineData(3, double.NaN, "takes whole numbers from 0 to 2")]
    public void A_label_that_is_no_class_is_refused(int classes, double label, string reason)
    {
        var data = TaskData.Classes(20, classes);
        data.Targets.Values[3] = label;

        var error = Assert.Throws<MeshException>(() => data.RequireFor(new XGBoostEngine()));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_and_weights_that_do_not_fit_are_refused()
    {
        var engine = new XGBoostEngine();
        var ranking = TaskData.Ranking(5);
        var plain = Data.Nonlinear(20);

        Assert.Throws<ArgumentException>(() => (ranking with { Groups = null }).RequireFor(engine));
        Assert.Throws<ArgumentException>(() => (ranking with { Groups = [49] }).RequireFor(engine));
        Assert.Throws<ArgumentException>(() => (ranking with { Weights = new double[50] }).RequireFor(engine));
        Assert.Throws<ArgumentException>(() => (plain with { Groups = [20] }).RequireFor(engine));
        Assert.Throws<ArgumentException>(() => (plain with { ClassCount = 2 }).RequireFor(engine));
        Assert.Throws<MeshException>(() => (plain with { Weights = new double[20] }).RequireFor(engine));
        ranking.RequireFor(engine);
        plain.RequireFor(engine);
    }

    private static byte[] Train(XGBoostEngine engine, TrainingData data, TrainingWatch? watch = null) => engine.Train(
        data, EngineCatalog.Complete(engine, Small), 1, watch ?? TrainingWatch.None, TestContext.Current.CancellationToken);

    private static double Accuracy(TrainingData data, Func<int, int> predict) =>
        Enumerable.Range(0, data.ValidationTargets.Rows).Average(row => predict(row) == data.ValidationTargets[row, 0] ? 1.0 : 0);
}
