using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines;

/// <summary>Measures predictions against the truth.</summary>
public static class RegressionEvaluation
{
    /// <summary>Metrics by target.</summary>
    /// <param name="targets">Names of the columns.</param>
    /// <param name="truth">What is right, shape (rows, targets), at least one row.</param>
    /// <param name="predicted">What was predicted, same shape.</param>
    public static IReadOnlyDictionary<string, RegressionMetrics> Measure(
        IReadOnlyList<string> targets, Matrix truth, Matrix predicted)
    {
        if (truth.Rows == 0 || truth.Columns != targets.Count
            || predicted.Rows != truth.Rows || predicted.Columns != truth.Columns)
        {
            throw new ArgumentException(
                $"Expected truth and predictions of the same shape with {targets.Count} columns and at least one row, "
                + $"found {truth.Rows}x{truth.Columns} and {predicted.Rows}x{predicted.Columns}.");
        }

        return Enumerable.Range(0, targets.Count).ToDictionary(
            column => targets[column], column => Measure(truth, predicted, column), StringComparer.Ordinal);
    }

    private static RegressionMetrics Measure(Matrix truth, Matrix predicted, int column)
    {
        var metrics = RegressionReport.Measure(
            truth.Column(column),
            new Matrix(predicted.Rows, 1, predicted.Column(column)),
            weights: null,
            EvaluationOptions.WithoutIntervals,
            CancellationToken.None).Metrics;
        return new RegressionMetrics(
            metrics[MetricNames.Rmse].Value ?? double.PositiveInfinity,
            metrics[MetricNames.Mae].Value ?? double.PositiveInfinity,
            metrics[MetricNames.R2].Value);
    }
}
