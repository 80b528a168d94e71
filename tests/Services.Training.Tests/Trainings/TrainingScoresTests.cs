using System.Text.Json;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;
using Skipper.Testing;

namespace Skipper.Services.Training.Tests.Trainings;

public sealed class TrainingScoresTests
{
    // sklearn.metrics.log_loss([0, 1, 1], [0.1, 0.8, 0.4]), accuracy_score
    [Fact]
    public void Two_classes_are_measured_by_log_loss_and_accuracy()
    {
        var scores = Measure(
            """{"data":{"targets":["y"],"task":"binary","engine":"linear"}}""", [0, 1, 1], new Matrix(3, 1, [0.1, 0.8, 0.4]));

        Assert.Equal(0.4149316, scores["log_loss"], 1e-6);
        Assert.Equal(2.0 / 3, scores["accuracy"], 1e-12);
    }

    [Fact]
    public void Several_classes_are_measured_by_log_loss_and_accuracy()
    {
        var scores = Measure(
            """{"data":{"targets":["y"],"task":"multiclass","engine":"linear"}}""",
            [0, 2],
            new Matrix(2, 3, [0.5, 0.25, 0.25, 0.2, 0.5, 0.3]));

        Assert.Equal(-(Math.Log(0.5) + Math.Log(0.3)) / 2, scores["log_loss"], 1e-12);
        Assert.Equal(0.5, scores["accuracy"], 1e-12);
    }

    // By hand: grades 3, 2, 0 in the order 2, 0, 3; a second query without a grade above 0 does not count.
    [Fact]
    public void A_ranking_is_measured_by_ndcg_over_queries()
    {
        NativeLibraries.RequireXGBoost();
        var scores = Measure(
            """{"data":{"targets":["y"],"task":"ranking","group":"q","engine":"xgboost"}}""",
            [3, 2, 0, 0, 0],
            new Matrix(5, 1, [0.1, 0.9, 0.5, 1, 2]),
            [3, 2]);

        var first = (3 + (7 / 2.0)) / (7 + (3 / Math.Log2(3)));
        Assert.Equal(first, scores["ndcg"], 1e-12);
    }

    [Fact]
    public void The_score_of_a_trial_is_smaller_where_it_is_better()
    {
        Assert.True(
            TrainingScores.Score([Value("a", "r2", 0.9), Value("b", "r2", 0.5)])
            < TrainingScores.Score([Value("a", "r2", 0.6), Value("b", "r2", 0.5)]));
        Assert.True(TrainingScores.Score([Value("a", "ndcg", 0.9)]) < TrainingScores.Score([Value("a", "ndcg", 0.8)]));
        Assert.True(TrainingScores.Score([Value("a", "log_loss", 0.2)]) < TrainingScores.Score([Value("a", "log_loss", 0.3)]));
    }

    private static Dictionary<string, double> Measure(string request, double[] truth, Matrix predictions, int[]? groups = null)
    {
        var plan = TrainingPlan.Create(
            JsonSerializer.Deserialize<TrainModel>(request, MessageJson.Options)!, EngineCatalog.CreateDefault());
        var part = new PreparedPart(predictions, new Matrix(truth.Length, 1, truth), null, groups);
        return TrainingScores
            .Measure(
                plan,
                "test",
                part,
                plan.Task == ModelTask.Binary ? 2 : predictions.Columns,
                predictions,
                EvaluationOptions.WithoutIntervals,
                TestContext.Current.CancellationToken)
            .ToDictionary(metric => metric.Name, metric => metric.Value);
    }

    private static MetricValue Value(string target, string name, double value) =>
        new() { Part = "validation", Target = target, Name = name, Value = value };
}
