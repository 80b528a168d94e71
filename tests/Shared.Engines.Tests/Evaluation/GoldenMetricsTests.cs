using System.Text.Json;
using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Evaluation;

/// <summary>The same metrics as scikit-learn computes: <c>Golden/make.py</c> wrote <c>golden.json</c>.</summary>
public sealed class GoldenMetricsTests
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evaluation", "Golden", "golden.json"))).RootElement;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("regression", false)]
    [InlineData("regression_weighted", true)]
    public void Metrics_of_a_regression_equal_those_of_the_reference(string name, bool isWeighted)
    {
        var report = RegressionReport.Measure(
            Numbers("y"), Column("said"), Weights(isWeighted), EvaluationOptions.WithoutIntervals, Token);

        Assert.Equal(MetricNames.Of(ModelTask.Regression).Order(), report.Metrics.Keys.Order());
        AssertEqual(name, report.Metrics);
    }

    [Theory]
    [InlineData("two", false)]
    [InlineData("two_weighted", true)]
    public void Metrics_of_two_classes_equal_those_of_the_reference(string name, bool isWeighted)
    {
        var report = ClassReport.Measure(
            2, Numbers("binary"), Column("odds"), Weights(isWeighted), EvaluationOptions.WithoutIntervals, Token);

        Assert.Equal(MetricNames.Of(ModelTask.Binary).Order(), report.Metrics.Keys.Order());
        AssertEqual(name, report.Metrics);
    }

    [Theory]
    [InlineData("three", false)]
    [InlineData("three_weighted", true)]
    public void Metrics_of_several_classes_equal_those_of_the_reference(string name, bool isWeighted)
    {
        var report = ClassReport.Measure(
            3, Numbers("classes"), Shares, Weights(isWeighted), EvaluationOptions.WithoutIntervals, Token);

        Assert.Equal(MetricNames.Of(ModelTask.Multiclass).Order(), report.Metrics.Keys.Order());
        AssertEqual(name, report.Metrics);
    }

    [Fact]
    public void Confusion_and_scores_per_class_equal_those_of_the_reference()
    {
        var report = ClassReport.Measure(
            3, Numbers("classes"), Shares, Weights(true), EvaluationOptions.WithoutIntervals, Token);

        Assert.Equal(Numbers("three_confusion_weighted"), report.ConfusionMatrix.SelectMany(row => row));
        Assert.Equal(
            Numbers("three_f1_weighted").Select(value => Math.Round(value, 12)),
            report.Classes.Select(label => Math.Round(label.F1!.Value, 12)));
        Assert.Equal(report.Metrics[MetricNames.Auc].Value!.Value, report.Classes.Average(label => label.Auc!.Value), 12);
    }

    [Fact]
    public void Metrics_of_a_ranking_equal_those_of_the_reference()
    {
        var groups = Numbers("groups").Select(size => (int)size).ToArray();

        var report = RankingReport.Measure(
            Numbers("grades"), Column("ranks"), groups, weights: null, EvaluationOptions.WithoutIntervals, Token);

        Assert.Equal(MetricNames.Of(ModelTask.Ranking).Order(), report.Metrics.Keys.Order());
        AssertEqual("ranking", report.Metrics);
        Assert.Equal(5, report.Queries);
    }

    private static Matrix Shares => new(Numbers("classes").Length, 3, Numbers("shares"));

    private static double[]? Weights(bool isWeighted) => isWeighted ? Numbers("weights") : null;

    private static Matrix Column(string name) => new(Numbers(name).Length, 1, Numbers(name));

    private static double[] Numbers(string name) =>
        [.. Root.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static void AssertEqual(string name, IReadOnlyDictionary<string, Estimate> metrics)
    {
        foreach (var expected in Root.GetProperty(name).EnumerateObject())
        {
            var found = metrics[expected.Name];
            Assert.True(
                Math.Abs(expected.Value.GetDouble() - found.Value!.Value) < 1e-12,
                $"{expected.Name}: expected {expected.Value}, found {found.Value}");
            Assert.Equal((null, null), (found.Lower, found.Upper));
        }
    }
}
