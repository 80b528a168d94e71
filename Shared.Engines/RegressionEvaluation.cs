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
        var (mean, constant) = Describe(truth, column);
        double squared = 0, absolute = 0, spread = 0;
        for (var row = 0; row < truth.Rows; row++)
        {
            var error = predicted[row, column] - truth[row, column];
            var deviation = truth[row, column] - mean;
            squared += error * error;
            absolute += Math.Abs(error);
            spread += deviation * deviation;
        }

        return new RegressionMetrics(
            Math.Sqrt(squared / truth.Rows), absolute / truth.Rows, constant ? null : 1 - (squared / spread));
    }

    // Compared by value: a mean that is off by one rounding would give a constant target a spread of almost zero.
    private static (double Mean, bool Constant) Describe(Matrix matrix, int column)
    {
        double sum = 0;
        var constant = true;
        for (var row = 0; row < matrix.Rows; row++)
        {
            sum += matrix[row, column];
            constant &= matrix[row, column] == matrix[0, column];
        }

        return (sum / matrix.Rows, constant);
    }
}
