using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Drift;

/// <summary>
/// Categories that became a feature each, 1 for that of the row: a bin for each, and one for rows that have none of them.
/// </summary>
internal sealed class CategoryReference : ColumnReference
{
    private readonly int _place;
    private readonly IReadOnlyList<string> _names;

    private CategoryReference(string name, long[] counts, int place, IReadOnlyList<string> names)
        : base(name, counts)
    {
        _place = place;
        _names = names;
    }

    public override int Width => _names.Count;

    public override int? UnseenBin => _names.Count;

    /// <param name="name">The input.</param>
    /// <param name="place">The place of its first feature in a row.</param>
    /// <param name="names">The categories, in the order of the features.</param>
    /// <param name="features">The features as the version's evidence has them: zeros and ones.</param>
    public static CategoryReference Of(string name, int place, IReadOnlyList<string> names, IReadOnlyList<ReferenceDistribution> features)
    {
        long[] counts = [.. features.Select(Ones)];
        var rows = features.Select(feature => feature.Counts.Sum()).DefaultIfEmpty().Max();
        return new CategoryReference(name, [.. counts, Math.Max(0, rows - counts.Sum())], place, names);
    }

    public override int BinOf(ReadOnlySpan<double> row)
    {
        var category = row.Slice(_place, _names.Count).IndexOf(1.0);
        return category < 0 ? _names.Count : category;
    }

    public override IReadOnlyList<DriftBin> Describe(long[] current) =>
        [.. _names.Select((category, bin) => new DriftBin(null, Counts[bin], current[bin], category))];

    private static long Ones(ReferenceDistribution feature)
    {
        var ones = 0L;
        for (var bin = 0; bin < feature.Counts.Count; bin++)
        {
            ones += feature.Edges[bin + 1] > 0 ? feature.Counts[bin] : 0;
        }

        return ones;
    }
}
