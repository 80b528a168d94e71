using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests;

public sealed class RegressionEvaluationTests
{
    [Fact]
    public void Metrics_match_values_computed_by_hand()
    {
        var truth = new Matrix(4, 2, [1, 10, 2, 20, 3, 30, 4, 40]);
        var predicted = new Matrix(4, 2, [1, 13, 2, 24, 3, 30, 6, 40]);

        var metrics = RegressionEvaluation.Measure(["a", "b"], truth, predicted);

        Assert.Equal(1, metrics["a"].Rmse, 12);
        Assert.Equal(0.5, metrics["a"].Mae, 12);
        Assert.Equal(1 - (4.0 / 5), metrics["a"].R2!.Value, 12);
        Assert.Equal(2.5, metrics["b"].Rmse, 12);
        Assert.Equal(1.75, metrics["b"].Mae, 12);
        Assert.Equal(1 - (25.0 / 500), metrics["b"].R2!.Value, 12);
    }

    [Fact]
    public void A_constant_target_has_no_r2()
    {
        var truth = Data.Column(0.1, 0.1, 0.1);

        var metrics = RegressionEvaluation.Measure(["a"], truth, Data.Column(0.1, 0.2, 0.1));

        Assert.Null(metrics["a"].R2);
        Assert.True(metrics["a"].Rmse > 0);
    }

    [Fact]
    public void Different_shapes_are_refused() => Assert.Throws<ArgumentException>(
        () => RegressionEvaluation.Measure(["a"], Data.Column(1, 2), Data.Column(1)));
}
