using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Evidence;

/// <summary>How values are distributed: bins between deciles, fewer where values repeat.</summary>
internal static class Distributions
{
    private const int MostBins = 10;

    public static IReadOnlyList<ReferenceDistribution> OfColumns(IReadOnlyList<string> names, Matrix values) =>
        [.. names.Select((name, column) => Of(name, values.Column(column)))];

    /// <param name="name">What is distributed.</param>
    /// <param name="normalized">The values; NaN = missing.</param>
    /// <param name="mean">What was taken away from them.</param>
    /// <param name="deviation">What they were divided by then.</param>
    public static ReferenceDistribution Of(string name, double[] normalized, double mean = 0, double deviation = 1)
    {
        double[] values = [.. normalized.Where(double.IsFinite).Select(value => (value * deviation) + mean)];
        Array.Sort(values);
        double[] edges = values.Length == 0
            ? []
            : [.. Enumerable.Range(0, MostBins + 1).Select(bin => values[(int)((long)bin * (values.Length - 1) / MostBins)]).Distinct()];
        if (edges.Length is 1 or 2 || (edges.Length > 2 && values[(values.Length - 1) / MostBins] == edges[0]))
        {
            // The least value occurs often, as in a column of zeros and ones: it gets a bin of its own.
            edges = [edges[0], .. edges];
        }

        return new ReferenceDistribution
        {
            Name = name,
            Edges = edges,
            Counts = Counts(values, edges),
            MissingShare = normalized.Length == 0 ? 0 : (double)(normalized.Length - values.Length) / normalized.Length,
        };
    }

    private static long[] Counts(double[] sorted, double[] edges)
    {
        var counts = new long[Math.Max(0, edges.Length - 1)];
        var bin = 0;
        foreach (var value in sorted)
        {
            while (bin < counts.Length - 1 && value > edges[bin + 1])
            {
                bin++;
            }

            counts[bin]++;
        }

        return counts;
    }
}
