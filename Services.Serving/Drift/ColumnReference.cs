using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Drift;

/// <summary>How an input or output was distributed in the training part, and the bins that others are counted in.</summary>
internal sealed class ColumnReference
{
    private readonly double[] _limits;

    private ColumnReference(string name, double[] upTo, double[] limits, long[] counts)
    {
        Name = name;
        UpTo = upTo;
        _limits = limits;
        Counts = counts;
    }

    public string Name { get; }

    /// <summary>Upper edges of all bins but the last, which is open, in the column's own unit.</summary>
    public IReadOnlyList<double> UpTo { get; }

    /// <summary>Rows of the training part in each bin; the last number is that of missing values.</summary>
    public long[] Counts { get; }

    /// <param name="distribution">As the version's evidence has it.</param>
    /// <param name="tolerance">How far a value may be off, as a share of its size or of its range.</param>
    /// <param name="mean">What is taken away from a value before it is counted.</param>
    /// <param name="deviation">What it is divided by then.</param>
    public static ColumnReference Of(ReferenceDistribution distribution, double tolerance, double mean = 0, double deviation = 1)
    {
        var (edges, counts) = (distribution.Edges, distribution.Counts);
        var present = counts.Sum();

        // Both ends are open. A single bin would hold everything then, so it gets neighbors.
        double[] upTo = counts.Count == 1 ? [edges[0], edges[1]] : [.. edges.Skip(1).Take(counts.Count - 1)];
        long[] bins = counts.Count switch { 0 => [0], 1 => [0, counts[0], 0], _ => [.. counts] };
        var limits = new double[upTo.Length];
        for (var i = 0; i < limits.Length; i++)
        {
            // Edges are values that occur, and were computed there and back: a value that is one must not fall beside it by rounding.
            var room = tolerance * Math.Max(Math.Abs(upTo[i]), edges[^1] - edges[0]);
            limits[i] = (upTo[i] + (counts.Count == 1 && i == 0 ? -room : room) - mean) / deviation;
        }

        return new ColumnReference(distribution.Name, upTo, limits, [.. bins, Missing(distribution.MissingShare, present)]);
    }

    /// <summary>Which of <see cref="Counts"/> a value belongs to.</summary>
    public int BinOf(double value)
    {
        if (double.IsNaN(value))
        {
            return Counts.Length - 1;
        }

        var bin = 0;
        while (bin < _limits.Length && value > _limits[bin])
        {
            bin++;
        }

        return bin;
    }

    private static long Missing(double share, long present) => share switch
    {
        0 => 0,
        >= 1 => 1,
        _ => (long)Math.Round(present * share / (1 - share)),
    };
}
