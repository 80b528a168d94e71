namespace Skipper.Shared.Engines.Tests.Linear;

/// <summary>The same lines as scikit-learn and numpy find.</summary>
public sealed class GoldenLinesTests
{
    [Theory]
    [InlineData("ols", ModelTask.Regression, false, 0, 0, 1e-11)]
    [InlineData("ols_weighted", ModelTask.Regression, true, 0, 0, 1e-11)]
    [InlineData("ridge_7_weighted", ModelTask.Regression, true, 7, 0, 1e-11)]
    [InlineData("elastic_4_10", ModelTask.Regression, false, 4, 10, 1e-8)]
    [InlineData("elastic_4_10_weighted", ModelTask.Regression, true, 4, 10, 1e-8)]
    [InlineData("logistic", ModelTask.Binary, false, 0, 0, 1e-10)]
    [InlineData("logistic_2_weighted", ModelTask.Binary, true, 2, 0, 1e-10)]
    [InlineData("logistic_elastic_1_3", ModelTask.Binary, false, 1, 3, 1e-6)]
    [InlineData("softmax", ModelTask.Multiclass, false, 0, 0, 1e-10)]
    [InlineData("softmax_2_weighted", ModelTask.Multiclass, true, 2, 0, 1e-10)]
    [InlineData("softmax_elastic_1_3", ModelTask.Multiclass, false, 1, 3, 1e-6)]
    public void Lines_equal_those_of_the_reference(
        string name, ModelTask task, bool isWeighted, double ridge, double lasso, double tolerance)
    {
        using var model = GoldenLines.Train(GoldenLines.Data(task, isWeighted), ridge, lasso);

        var expected = GoldenLines.Lines(name);
        Assert.Empty(model.Notes);
        Assert.Equal(expected.Length, model.Coefficients.Count);
        foreach (var (line, found) in expected.Zip(model.Coefficients))
        {
            AssertNear(line, [found.Intercept.Estimate, .. found.Features.Select(feature => feature.Estimate)], tolerance);
        }
    }

    [Theory]
    [InlineData("ols", false)]
    [InlineData("ols_weighted", true)]
    public void Errors_and_p_values_of_least_squares_equal_those_of_the_reference(string name, bool isWeighted)
    {
        using var model = GoldenLines.Train(GoldenLines.Data(ModelTask.Regression, isWeighted));

        var table = Assert.Single(model.Coefficients);
        AssertNear(GoldenLines.Numbers(name, "errors"), Numbers(table, value => value.StandardError), 1e-12);
        AssertRelative(GoldenLines.Numbers(name, "p"), Numbers(table, value => value.PValue), 1e-9);
        Assert.Equal(56, table.DegreesOfFreedom);
        Assert.Equal(GoldenLines.Number(name, "deviation"), table.ResidualStandardError!.Value, 1e-12);
        Assert.Equal(GoldenLines.Number(name, "r2"), table.RSquared!.Value, 1e-12);
    }

    [Fact]
    public void Errors_and_p_values_of_logistic_regression_equal_those_of_the_reference()
    {
        using var model = GoldenLines.Train(GoldenLines.Data(ModelTask.Binary));

        var table = Assert.Single(model.Coefficients);
        AssertNear(GoldenLines.Numbers("logistic", "errors"), Numbers(table, value => value.StandardError), 1e-10);
        AssertRelative(GoldenLines.Numbers("logistic", "p"), Numbers(table, value => value.PValue), 1e-9);
        Assert.Null(table.DegreesOfFreedom);
    }

    [Fact]
    public void Errors_of_softmax_regression_equal_those_of_the_reference()
    {
        using var model = GoldenLines.Train(GoldenLines.Data(ModelTask.Multiclass));

        var errors = model.Coefficients.SelectMany(table => Numbers(table, value => value.StandardError)).ToArray();
        AssertNear(GoldenLines.Numbers("softmax", "errors"), errors, 1e-10);
    }

    [Theory]
    [InlineData(ModelTask.Regression, 2, 0)]
    [InlineData(ModelTask.Regression, 2, 1)]
    [InlineData(ModelTask.Binary, 2, 0)]
    [InlineData(ModelTask.Multiclass, 0, 1)]
    public void A_penalized_line_has_no_errors(ModelTask task, double ridge, double lasso)
    {
        using var model = GoldenLines.Train(GoldenLines.Data(task), ridge, lasso);

        Assert.All(model.Coefficients, table => Assert.All(
            table.Features.Append(table.Intercept),
            value => Assert.Equal((null, null, null), (value.StandardError, value.Statistic, value.PValue))));
    }

    private static double[] Numbers(CoefficientTable table, Func<Coefficient, double?> member) =>
        [.. table.Features.Prepend(table.Intercept).Select(value => member(value)!.Value)];

    private static void AssertNear(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));
    }

    private static void AssertRelative(double[] expected, double[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(1, pair.Second / pair.First, tolerance));
}
