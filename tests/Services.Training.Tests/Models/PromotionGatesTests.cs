using Skipper.Services.Training.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Training.Tests.Models;

public sealed class PromotionGatesTests
{
    [Theory]
    [InlineData("rmse", 2, 1.5, 0.5, true)]
    [InlineData("rmse", 2, 1.5, 0.6, false)]
    [InlineData("rmse", 2, 2, 0, true)]
    [InlineData("rmse", 2, 2.5, 0, false)]
    [InlineData("r2", 0.5, 0.75, 0.25, true)]
    [InlineData("r2", 0.75, 0.5, 0, false)]
    [InlineData("log_loss", 0.5, 0.25, 0, true)]
    [InlineData("auc", 0.5, double.NaN, 0, false)]
    public void A_challenger_passes_where_it_is_better_by_the_minimum(
        string metric, double champion, double challenger, double minimum, bool passed)
    {
        var gate = new PromotionGate { Metric = metric, MinimumGain = minimum };

        var result = PromotionGates.Decide(gate, Version(2, metric, challenger), Version(1, metric, champion));

        Assert.Equal((passed, champion, challenger), (result.Passed, result.Champion, result.Challenger));
        Assert.Equal(("price", 1), (result.Target, result.ChampionVersion));
        Assert.Contains(passed ? "enough" : "too little", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_champion_the_first_one_passes() =>
        Assert.True(PromotionGates.Decide(new() { Metric = "rmse", MinimumGain = 5 }, Version(1, "rmse", 9), null).Passed);

    [Fact]
    public void The_metrics_that_a_version_was_registered_with_will_do()
    {
        var version = Samples.Version("housing") with { Version = 2, Lineage = Lineage("a") };

        var result = PromotionGates.Decide(new() { Metric = "mae" }, version, version with { Version = 1 });

        Assert.Equal((true, 1.25, "a"), (result.Passed, result.Champion, result.TestDigest));
    }

    [Theory]
    [InlineData("rsme", null, "did you mean 'rmse'")]
    [InlineData("bias", null, "'bias' is best at 0")]
    [InlineData("auc", null, "no auc for 'price'; known: rmse")]
    [InlineData("rmse", "prise", "'prise' is no target of version 2; known: price")]
    public void A_gate_that_names_what_is_not_there_is_refused(string metric, string? target, string reason)
    {
        var error = Assert.Throws<MeshException>(() => PromotionGates.Decide(
            new() { Metric = metric, Target = target }, Version(2, "rmse", 1), Version(1, "rmse", 1)));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_of_different_rows_are_not_compared()
    {
        var error = Assert.Throws<MeshException>(() => PromotionGates.Decide(
            new() { Metric = "rmse" }, Version(2, "rmse", 1), Version(1, "rmse", 2) with { Lineage = Lineage("b") }));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("compare_models", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_with_another_champion_is_of_no_use()
    {
        var scores = new Dictionary<string, IReadOnlyDictionary<string, double>>();
        var comparison = new ModelComparison
        {
            Name = "housing",
            Version = 2,
            ChampionVersion = 1,
            Challenger = scores,
            Champion = scores,
            TestDigest = "a",
            RowCount = 1,
        };

        var error = Assert.Throws<MeshException>(() => PromotionGates.Decide(
            new() { Metric = "rmse", Comparison = comparison }, Version(2, "rmse", 1), Version(3, "rmse", 2)));

        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
    }

    private static ModelLineage Lineage(string digest) => new() { Source = "trained", TestDigest = digest };

    private static ModelVersion Version(int version, string metric, double value) => Samples.Version("housing") with
    {
        Version = version,
        Lineage = Lineage("a"),
        Scores = new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetricScore>>>
        {
            ["test"] = new Dictionary<string, IReadOnlyDictionary<string, MetricScore>>
            {
                ["price"] = new Dictionary<string, MetricScore> { [metric] = new(value, null, null) },
            },
        },
    };
}
