using Skipper.Services.Serving.Drift;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Tests.Drift;

/// <summary>Evidence of rows, as training writes it down: bins between deciles, a least value that repeats in one of its own.</summary>
internal static class TrainingPart
{
    public static ReferenceDistribution Describe(string name, IEnumerable<double> column)
    {
        var all = column.ToList();
        double[] values = [.. all.Where(double.IsFinite).Order()];
        double[] edges = [.. Enumerable.Range(0, 11).Select(bin => values[bin * (values.Length - 1) / 10]).Distinct()];
        if (edges.Length < 3 || values[(values.Length - 1) / 10] == edges[0])
        {
            edges = [edges[0], .. edges];
        }

        var counts = new long[edges.Length - 1];
        foreach (var value in values)
        {
            counts[Math.Max(0, Array.FindIndex(edges, 1, edge => value <= edge) - 1)]++;
        }

        return new ReferenceDistribution
        {
            Name = name,
            Edges = edges,
            Counts = counts,
            MissingShare = (double)(all.Count - values.Length) / all.Count,
        };
    }

    public static NumberReference Reference(IEnumerable<double> column) =>
        NumberReference.Of(Describe("x", column), place: 0, tolerance: 1e-9);

    /// <summary>Counts values as serving does.</summary>
    public static long[] Count(ColumnReference reference, IEnumerable<double> values)
    {
        var counts = new long[reference.Counts.Length];
        foreach (var value in values)
        {
            counts[reference.BinOf([value])]++;
        }

        return counts;
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
