namespace Skipper.Shared.Engines.Statistics;

/// <summary>
/// Population stability index of two samples that were counted in the same bins. Without drift it is not 0: divided by 1/n + 1/m it is
/// about chi-square distributed with bins - 1 degrees of freedom (B. Yurdakul, Statistical Properties of Population Stability Index,
/// dissertation, Western Michigan University, 2018).
/// </summary>
public static class PopulationStability
{
    /// <summary>An empty bin counts as this share, or its logarithm would be infinite.</summary>
    private const double SmallestShare = 1e-4;

    /// <summary>The sum of (c - r) ln(c / r) over the shares of the bins.</summary>
    public static double Index(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (n, m) = (Sum(reference), Sum(current));
        var index = 0.0;
        for (var bin = 0; bin < reference.Length; bin++)
        {
            var r = Math.Max((double)reference[bin] / n, SmallestShare);
            var c = Math.Max((double)current[bin] / m, SmallestShare);
            index += (c - r) * Math.Log(c / r);
        }

        return index;
    }

    /// <summary>How likely two samples of one distribution, of n and m values, have at least this index.</summary>
    public static double Chance(double index, long n, long m, int bins) => ChiSquare.Tail(index / Scale(n, m), bins - 1);

    /// <summary>The index that two samples of one distribution reach with this probability.</summary>
    public static double Critical(double probability, long n, long m, int bins) =>
        Scale(n, m) * ChiSquare.Critical(probability, bins - 1);

    private static double Scale(long n, long m) => (1.0 / n) + (1.0 / m);

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
