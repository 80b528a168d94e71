using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>Refuses what no metric could be computed from.</summary>
internal static class EvaluationChecks
{
    /// <summary>Weights of 1 where none are given.</summary>
    /// <exception cref="ArgumentException">Shapes do not match, or weights are not possible.</exception>
    /// <exception cref="MeshException">A prediction is not finite.</exception>
    public static double[] Require(int rows, Matrix predicted, int columns, double[]? weights, int? weighed = null)
    {
        if (rows == 0 || predicted.Rows != rows || predicted.Columns != columns)
        {
            throw new ArgumentException(
                $"Expected predictions for at least one row, {rows}x{columns}, found {predicted.Rows}x{predicted.Columns}.");
        }

        if (!predicted.Values.All(double.IsFinite))
        {
            throw MeshException.FailedPrecondition(
                "The model's predictions are not finite; the values are too large to compute with, scale them down.");
        }

        var count = weighed ?? rows;
        if (weights is not null && (weights.Length != count || !weights.All(weight => weight >= 0 && double.IsFinite(weight))
            || !weights.Any(weight => weight > 0)))
        {
            throw new ArgumentException($"Expected {count} finite weights of 0 or more, not all 0.");
        }

        return weights ?? Enumerable.Repeat(1.0, count).ToArray();
    }
}
