using MathNet.Numerics.Distributions;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Trainings;

/// <summary>Divides rows, or the queries of a ranking, into folds, and sums up what was measured on them.</summary>
internal static class Folds
{
    private const double Confidence = 0.95;

    /// <summary>The units of each fold, ascending; sizes differ by at most one. The same seed gives the same folds.</summary>
    public static int[][] Divide(int units, int count, int seed)
    {
        TrainingRequest.Require(
            units >= 2 * count,
            $"data.folds must leave at least 2 rows or queries for each of {count} folds, there are {units} for training");
        var order = Enumerable.Range(0, units).ToArray();
        new Random(seed).Shuffle(order);
        return [.. Enumerable.Range(0, count).Select(fold => order.Where((_, place) => place % count == fold).Order().ToArray())];
    }

    /// <summary>Mean over folds with the 95 % interval of Student's t.</summary>
    public static IReadOnlyList<MetricValue> Summarize(IReadOnlyList<IReadOnlyList<MetricValue>> folds) =>
        [.. folds.SelectMany(fold => fold).GroupBy(metric => (metric.Target, metric.Name)).Select(group => Summarize([.. group]))];

    private static MetricValue Summarize(MetricValue[] values)
    {
        var mean = values.Average(metric => metric.Value);
        if (values.Length < 2)
        {
            return values[0] with { Value = mean };
        }

        var deviation = Math.Sqrt(values.Sum(metric => (metric.Value - mean) * (metric.Value - mean)) / (values.Length - 1));
        var half = StudentT.InvCDF(0, 1, values.Length - 1, 1 - ((1 - Confidence) / 2)) * deviation / Math.Sqrt(values.Length);
        return values[0] with { Value = mean, Low = mean - half, High = mean + half };
    }
}
