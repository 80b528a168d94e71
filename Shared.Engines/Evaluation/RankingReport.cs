using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Evaluation;

/// <summary>How well scores order the rows of each query.</summary>
/// <param name="Metrics">By <see cref="MetricNames"/>; means over the queries.</param>
/// <param name="Queries">Queries that count: those with a row of a grade above 0, which alone can be ordered well or badly.</param>
public sealed record RankingReport(IReadOnlyDictionary<string, Estimate> Metrics, int Queries)
{
    private static readonly int[] Tops = [int.MaxValue, 5, 10];

    /// <summary>
    /// Measures the normalized discounted cumulative gain (Järvelin and Kekäläinen 2002): the sum of (2^grade - 1) /
    /// log2(place + 1), divided by what the best order would have. Rows with the same score share their places.
    /// </summary>
    /// <param name="grades">Grade of each row, 0 or more.</param>
    /// <param name="scores">What was predicted, shape (rows, 1).</param>
    /// <param name="groups">How many rows each query has, in the order of the rows.</param>
    /// <param name="weights">How much each query counts; null = all the same.</param>
    /// <param name="options">Whether and how intervals are found; queries are drawn, not rows.</param>
    /// <param name="cancellationToken">Checked once per resample.</param>
    /// <exception cref="ArgumentException">Shapes do not match, or weights are not possible.</exception>
    /// <exception cref="MeshException">A score is not finite.</exception>
    public static RankingReport Measure(
        double[] grades,
        Matrix scores,
        int[] groups,
        double[]? weights,
        EvaluationOptions options,
        CancellationToken cancellationToken)
    {
        if (groups.Any(size => size <= 0) || groups.Sum(size => (long)size) != grades.Length)
        {
            throw new ArgumentException($"Expected groups with {grades.Length} rows together.");
        }

        var all = EvaluationChecks.Require(grades.Length, scores, 1, weights, groups.Length);
        var gains = new List<double[]>();
        var counted = new List<double>();
        for (int query = 0, start = 0; query < groups.Length; start += groups[query++])
        {
            var own = grades.AsSpan(start, groups[query]);
            if (own.ContainsAnyInRange(double.Epsilon, double.MaxValue) && all[query] > 0)
            {
                gains.Add(Query(own, scores.Values.AsSpan(start, groups[query])));
                counted.Add(all[query]);
            }
        }

        var metrics = new Bootstrap(options, cancellationToken).Measure(
            MetricNames.Of(ModelTask.Ranking), [.. counted], Tops.Length, drawn => Mean(gains, drawn));
        return new RankingReport(metrics, gains.Count);
    }

    private static double[] Query(ReadOnlySpan<double> grades, ReadOnlySpan<double> scores)
    {
        var gains = grades.ToArray().Select(grade => Math.Pow(2, grade) - 1).ToArray();
        var best = gains.OrderDescending().ToArray();
        var order = scores.ToArray();
        Array.Sort(order, gains);
        Array.Reverse(gains);
        Array.Reverse(order);
        return [.. Tops.Select(top => Gain(order, gains, top) / Gain(best, best, top))];
    }

    private static double Gain(double[] scores, double[] gains, int top)
    {
        double sum = 0;
        for (int start = 0, end; start < scores.Length; start = end)
        {
            double gain = 0, discounts = 0;
            for (end = start; end < scores.Length && scores[end] == scores[start]; end++)
            {
                gain += gains[end];
                discounts += end < top ? 1 / Math.Log2(end + 2) : 0;
            }

            sum += gain / (end - start) * discounts;
        }

        return sum;
    }

    private static double[] Mean(List<double[]> gains, double[] weights)
    {
        var sums = new double[Tops.Length];
        for (var query = 0; query < gains.Count; query++)
        {
            for (var top = 0; top < sums.Length; top++)
            {
                sums[top] += weights[query] * gains[query][top];
            }
        }

        return [.. sums.Select(sum => sum / weights.Sum())];
    }
}
