using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Evaluation;

public sealed class RegressionReportTests
{
    [Fact]
    public void Metrics_match_values_computed_by_hand()
    {
        // Errors are 3, 4, 0 and 0.
        var metrics = Measure([10, 20, 30, 40], 13, 24, 30, 40);

        Assert.Equal(2.5, metrics[MetricNames.Rmse].Value!.Value, 12);
        Assert.Equal(1.75, metrics[MetricNames.Mae].Value!.Value, 12);
        Assert.Equal(1.5, metrics[MetricNames.MedianError].Value);
        Assert.Equal(4, metrics[MetricNames.MaxError].Value);
        Assert.Equal(1.75, metrics[MetricNames.Bias].Value!.Value, 12);
        Assert.Equal(1 - (25.0 / 500), metrics[MetricNames.R2].Value!.Value, 12);
        Assert.Equal(0.5 / 4, metrics[MetricNames.Mape].Value!.Value, 12);
    }

    [Fact]
    public void A_constant_target_has_no_r2()
    {
        var metrics = Measure([0.1, 0.1, 0.1], 0.1, 0.2, 0.1);

        Assert.Null(metrics[MetricNames.R2].Value);
        Assert.True(metrics[MetricNames.Rmse].Value > 0);
    }

    private static IReadOnlyDictionary<string, Estimate> Measure(double[] truth, params double[] said) => RegressionReport.Measure(
        truth, new Matrix(said.Length, 1, said), null, EvaluationOptions.WithoutIntervals, TestContext.Current.CancellationToken).Metrics;
}
