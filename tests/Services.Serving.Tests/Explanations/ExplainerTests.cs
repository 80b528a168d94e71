using Skipper.Services.Serving.Explanations;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests.Explanations;

public sealed class ExplainerTests
{
    private static readonly Matrix Row = new(1, 3, [1, 2, 4]);

    [Fact]
    public void Features_that_came_of_one_input_are_added_up()
    {
        var explained = Explain(new Sum(0), ["sky", "sky", "rm"]);

        Assert.Equal([("sky", 3.0), ("rm", 4.0)], explained.Contributions.Select(part => (part.Key, part.Value)));
        Assert.Equal((17.0, 10.0), (explained.Margin, explained.Bias));
    }

    [Theory]
    [InlineData(5e-4, true)]
    [InlineData(5e-3, false)]
    [InlineData(double.NaN, false)]
    public void What_does_not_add_up_is_not_answered(double error, bool isAnswered)
    {
        if (isAnswered)
        {
            Assert.Equal(17 + error, Explain(new Sum(error), ["a", "b", "c"]).Margin);
            return;
        }

        var refused = Assert.Throws<MeshException>(() => Explain(new Sum(error), ["a", "b", "c"]));
        Assert.Equal(double.IsNaN(error) ? ErrorCode.InvalidArgument : ErrorCode.Internal, refused.Code);
    }

    [Fact]
    public void Who_gave_up_is_not_waited_for()
    {
        using var gone = new CancellationTokenSource();
        gone.Cancel();

        Assert.Throws<OperationCanceledException>(() => new Explainer(new Sum(0), ["y"], ["a", "b", "c"]).Explain(Row, [0], gone.Token));
    }

    private static Shared.Messaging.Contracts.Explanation Explain(IExplainedModel model, string[] inputs) =>
        new Explainer(model, ["y"], inputs).Explain(Row, [0], CancellationToken.None)[0]["y"];

    /// <summary>10 + a + b + c, with a margin that is off.</summary>
    private sealed class Sum(double error) : IExplainedModel
    {
        public ModelTask Task => ModelTask.Regression;

        public int ClassCount => 0;

        public int FeatureCount => 3;

        public int TargetCount => 1;

        public Matrix Predict(Matrix features) => Margins(features);

        public Matrix Margins(Matrix features) => new(1, 1, [10 + features.Values.Sum() + error]);

        public Matrix Explain(Matrix features, int output) => new(1, 4, [.. features.Values, 10]);

        public double[] Importance() => [1, 1, 1];

        public void Dispose()
        {
        }
    }
}
