using Skipper.Services.Training.Cards;
using Skipper.Services.Training.Evidence;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Tests.Cards;

public sealed class CardPageTests
{
    [Fact]
    public void A_page_shows_metrics_plots_what_matters_and_what_to_mind_and_no_markup_of_others()
    {
        var model = Tests.Samples.Version("housing") with
        {
            Targets = ["<b>price"],
            Lineage = new() { Source = "trained", Actor = "<script>alert(1)</script>" },
        };
        var evidence = new ModelEvidence
        {
            RowCount = 40,
            Inputs = [],
            Predictions = [],
            Importance = [new("rm", 0.75), new("tax", 0.25)],
            Residuals = [new("<b>price", [1, 2, 3], [1, 2.5, 3])],
            Calibration = [new("yes", [new(0.1, 0.12, 30), new(0.9, 0.6, 30)])],
        };
        var limits = CardLimits.Of(model, evidence);

        var page = CardPage.Write(model, evidence, [], limits);

        Assert.DoesNotContain("<b>price", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Equal(5, page.Split("<circle").Length - 1);
        Assert.Contains("rmse", page, StringComparison.Ordinal);
        Assert.Contains(limits, limit => limit.Contains("leans on one input: 'rm' makes up 75 %", StringComparison.Ordinal));
        Assert.Contains(limits, limit => limit.Contains("off by up to 30 points", StringComparison.Ordinal));
        Assert.Contains(limits, limit => limit.Contains("40 rows only", StringComparison.Ordinal));
        Assert.All(limits, limit => Assert.Contains(limit.Replace("'", "&#39;", StringComparison.Ordinal), page, StringComparison.Ordinal));
    }

    [Fact]
    public void Bins_lie_between_deciles_and_count_every_value()
    {
        var distribution = Distributions.Of("x", [.. Enumerable.Range(0, 101).Select(i => (i - 50) / 10.0), double.NaN], mean: 5, deviation: 2);

        Assert.Equal([-5.0, -3, -1, 1, 3, 5, 7, 9, 11, 13, 15], distribution.Edges);
        Assert.Equal([11L, 10, 10, 10, 10, 10, 10, 10, 10, 10], distribution.Counts);
        Assert.Equal(1 / 102.0, distribution.MissingShare);
        Assert.Equal([7.0, 7.0], Distributions.Of("x", [7, 7, 7]).Edges);
        Assert.Equal([3L], Distributions.Of("x", [7, 7, 7]).Counts);
        Assert.Empty(Distributions.Of("x", [double.NaN]).Counts);
    }

    [Fact]
    public void A_least_value_that_occurs_often_has_a_bin_of_its_own()
    {
        var (mostly, hardly) = (Distributions.Of("x", [0, 0, 0, 1]), Distributions.Of("x", [0, .. Enumerable.Repeat(1.0, 20)]));
        var counts = Distributions.Of("x", [.. Enumerable.Range(0, 100).Select(i => i < 30 ? 0.0 : i)]);

        Assert.Equal([0.0, 0, 1], mostly.Edges);
        Assert.Equal([3L, 1], mostly.Counts);
        Assert.Equal([1L, 20], hardly.Counts);
        Assert.Equal((0.0, 0.0, 30L, 100L), (counts.Edges[0], counts.Edges[1], counts.Counts[0], counts.Counts.Sum()));
    }

    [Fact]
    public void Calibration_compares_what_was_predicted_with_what_happened()
    {
        var curve = Assert.Single(Plots.Calibration(
            ["yes"], new Matrix(4, 1, [0.25, 0.21875, 0.9375, 1]), new Matrix(4, 1, [0, 1, 1, 1])));

        Assert.Equal([(0.234375, 0.5, 2), (0.96875, 1, 2)], curve.Bins.Select(bin => (bin.Predicted, bin.Observed, bin.Count)));
    }
}
