using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Drift;

/// <summary>Numbers: bins as the version's evidence has them, both ends open, and one for missing values.</summary>
internal sealed class NumberReference : ColumnReference
{
    /// <summary>What stands for a category that is not known, where categories are numbers from 0.</summary>
    private const double Unseen = -1;

    private readonly int _place;
    private readonly double[] _upTo;
    private readonly double[] _limits;
    private readonly bool _isCategory;

    private NumberReference(string name, long[] counts, int place, double[] upTo, double[] limits, bool isCategory)
        : base(name, counts)
    {
        _place = place;
        _upTo = upTo;
        _limits = limits;
        _isCategory = isCategory;
    }

    public override int? MissingBin => Counts.Length - 1;

    public override int? UnseenBin => _isCategory ? 0 : null;

    /// <param name="distribution">As the version's evidence has it.</param>
    /// <param name="place">Its place in a row.</param>
    /// <param name="tolerance">How far a value may be off, as a share of its size or of its range.</param>
    /// <param name="mean">What is taken away from a value before it is counted.</param>
    /// <param name="deviation">What it is divided by then.</param>
    /// <param name="isCategory">Whether it is the number of a category.</param>
    public static NumberReference Of(
        ReferenceDistribution distribution, int place, double tolerance, double mean = 0, double deviation = 1, bool isCategory = false)
    {
        var (edges, counts) = (distribution.Edges, distribution.Counts);

        // A single bin with open ends would hold everything, so it gets neighbors.
        var isSingle = counts.Count == 1;
        List<double> upTo = isSingle ? [edges[0], edges[1]] : [.. edges.Skip(1).Take(counts.Count - 1)];
        List<long> bins = counts.Count == 0 ? [0] : isSingle ? [0, counts[0], 0] : [.. counts];
        List<double> limits = [.. upTo.Select((edge, i) =>
        {
            // Edges are values that occur, and were computed there and back: a value that is one must not fall beside it by rounding.
            var room = tolerance * Math.Max(Math.Abs(edge), edges[^1] - edges[0]);
            return (edge + (isSingle && i == 0 ? -room : room) - mean) / deviation;
        })];
        if (isCategory)
        {
            upTo.Insert(0, Unseen);
            limits.Insert(0, Unseen / 2);
            bins.Insert(0, 0);
        }

        bins.Add(Missing(distribution.MissingShare, counts.Sum()));
        return new NumberReference(distribution.Name, [.. bins], place, [.. upTo], [.. limits], isCategory);
    }

    public override int BinOf(ReadOnlySpan<double> row)
    {
        var value = row[_place];
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

    public override IReadOnlyList<DriftBin> Describe(long[] current) =>
    [
        .. Enumerable.Range(0, Counts.Length - 1).Select(
            bin => new DriftBin(bin < _upTo.Length ? _upTo[bin] : null, Counts[bin], current[bin])),
    ];

    private static long Missing(double share, long present) => share switch
    {
        0 => 0,
        >= 1 => 1,
        _ => (long)Math.Round(present * share / (1 - share)),
    };
}
