using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>How far the predictions of one target are from the truth.</summary>
/// <param name="Metrics">By <see cref="MetricNames"/>.</param>
public sealed record RegressionReport(IReadOnlyDictionary<string, Estimate> Metrics)
{
    /// <summary>Measures one target.</summary>
    /// <param name="truth">What is right, in the target's unit.</param>
    /// <param name="predicted">What was predicted, shape (rows, 1).</param>
    /// <param name="weights">How much each row counts; null = all the same.</param>
    /// <param name="options">Whether and how intervals are found.</param>
    /// <param name="cancellationToken">Checked once per resample.</param>
    /// <exception cref="ArgumentException">Shapes do not match, or weights are not possible.</exception>
    /// <exception cref="MeshException">A prediction is not finite.</exception>
    public static RegressionReport Measure(
        double[] truth, Matrix predicted, double[]? weights, EvaluationOptions options, CancellationToken cancellationToken)
    {
        var counted = EvaluationChecks.Require(truth.Length, predicted, 1, weights);
        var sample = new RegressionSample(truth, predicted.Values);
        return new RegressionReport(new Bootstrap(options, cancellationToken).Measure(
            MetricNames.Of(ModelTask.Regression), counted, work: 1, sample.Measure));
    }
}
