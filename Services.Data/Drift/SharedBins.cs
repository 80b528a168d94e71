using Skipper.Services.Data.Profiles;

namespace Skipper.Services.Data.Drift;

/// <summary>
/// Two columns counted in the same bins: deciles of the reference, or its categories; missing values have a bin of their own.
/// </summary>
internal sealed record SharedBins(long[] Reference, long[] Current)
{
    private const int Deciles = 10;

    /// <summary>In a chi-square test every bin must be expected to hold that many, or the distribution is not that of chi-square.</summary>
    private const double SmallestExpected = 5;

    public static SharedBins Of(ColumnProfile reference, ColumnProfile current)
    {
        List<(long Reference, long Current)> bins =
            reference is { Numbers: { } numbers } && current is { Numbers: { } others }
                ? OfNumbers(numbers.Distribution, others.Distribution)
                : OfTexts(reference.Texts!, current.Texts!);
        if (reference.MissingCount + current.MissingCount > 0)
        {
            bins.Add((reference.MissingCount, current.MissingCount));
        }

        return new SharedBins([.. bins.Select(bin => bin.Reference)], [.. bins.Select(bin => bin.Current)]);
    }

    /// <summary>The same with bins that are expected to hold too few put together.</summary>
    public SharedBins MergeRare()
    {
        double n = Reference.Sum();
        double m = Current.Sum();
        var smaller = Math.Min(n, m) / (n + m);
        List<long> reference = [];
        List<long> current = [];
        var (rareReference, rareCurrent) = (0L, 0L);
        for (var bin = 0; bin < Reference.Length; bin++)
        {
            if ((Reference[bin] + Current[bin]) * smaller < SmallestExpected)
            {
                rareReference += Reference[bin];
                rareCurrent += Current[bin];
            }
            else
            {
                reference.Add(Reference[bin]);
                current.Add(Current[bin]);
            }
        }

        if (rareReference + rareCurrent > 0)
        {
            reference.Add(rareReference);
            current.Add(rareCurrent);
        }

        return new SharedBins([.. reference], [.. current]);
    }

    private static List<(long Reference, long Current)> OfNumbers(WeightedValues reference, WeightedValues current)
    {
        List<(long, long)> bins = [];
        var (r, c) = (0L, 0L);

        // Deciles that are equal, as where most values are 0, make one bin; the ends are open.
        foreach (var edge in Enumerable.Range(1, Deciles - 1).Select(i => reference.Quantile((double)i / Deciles)).Distinct())
        {
            var (upToR, upToC) = (reference.CountUpTo(edge), current.CountUpTo(edge));
            bins.Add((upToR - r, upToC - c));
            (r, c) = (upToR, upToC);
        }

        if (reference.Count > r || current.Count > c)
        {
            bins.Add((reference.Count - r, current.Count - c));
        }

        return bins;
    }

    private static List<(long Reference, long Current)> OfTexts(CategoryProfile reference, CategoryProfile current)
    {
        var counts = current.Categories.ToDictionary(category => category.Text, category => category.Count, StringComparer.Ordinal);
        List<(long, long)> bins = [];
        var elsewhere = reference.Other;
        foreach (var (text, count) in reference.Categories)
        {
            // Where one side has dropped texts, "not counted" is not "not there".
            bins.Add((count, counts.Remove(text, out var same) ? same : 0));
        }

        bins.AddRange(counts.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (0L, entry.Value)));
        if (elsewhere + current.Other > 0)
        {
            bins.Add((elsewhere, current.Other));
        }

        return bins;
    }
}
