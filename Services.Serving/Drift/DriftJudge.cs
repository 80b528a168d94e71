using System.Globalization;
using Skipper.Shared.Engines.Statistics;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Drift;

/// <summary>
/// Says whether counts differ from those of the training part. Two samples of one distribution differ by chance, and of many rows a
/// difference that matters to nobody is significant: so an index must be both large and beyond chance.
/// </summary>
internal static class DriftJudge
{
    public const string None = "none";
    public const string Warn = "warn";
    public const string Drift = "drift";
    public const string TooFewRows = "too_few_rows";

    /// <summary>Index of a warning and of drift; a convention.</summary>
    private const double Warning = 0.1;
    private const double Large = 0.25;

    /// <summary>How unlikely by chance, for all columns together; small, because they are looked at again and again.</summary>
    private const double Significance = 0.001;

    /// <param name="reference">What was.</param>
    /// <param name="counts">What is, in the same bins.</param>
    /// <param name="columns">Number of columns that are asked about at once.</param>
    /// <param name="fewestRows">Below that many nothing is said.</param>
    public static FeatureDrift Judge(ColumnReference reference, long[] counts, int columns, int fewestRows)
    {
        var (n, m) = (reference.Counts.Sum(), counts.Sum());
        var judged = new FeatureDrift
        {
            Drift = new ColumnDrift
            {
                Column = reference.Name,
                Verdict = TooFewRows,
                Method = "psi",
                Value = 0,
                Threshold = Large,
                Reason = $"{m} rows are too few to compare, {fewestRows} are needed.",
            },
            MissingShare = Share(counts, reference.MissingBin),
            ReferenceMissingShare = Share(reference.Counts, reference.MissingBin),
            UnseenShare = reference.UnseenBin is { } unseen ? Share(counts, unseen) : null,
            Bins = reference.Describe(counts),
        };
        return m < fewestRows || n == 0 ? judged : judged with { Drift = Measure(judged.Drift, reference.Counts, counts, columns) };
    }

    /// <summary>The worst of some verdicts.</summary>
    public static string Worst(IEnumerable<FeatureDrift> columns)
    {
        var verdicts = columns.Select(column => column.Drift.Verdict).ToHashSet();
        return Array.Find([Drift, Warn, None], verdicts.Contains) ?? TooFewRows;
    }

    private static ColumnDrift Measure(ColumnDrift empty, long[] reference, long[] counts, int columns)
    {
        // Bins that are empty on both sides, as that of missing values mostly is, are none.
        int[] used = [.. Enumerable.Range(0, counts.Length).Where(bin => reference[bin] + counts[bin] > 0)];
        long[] before = [.. used.Select(bin => reference[bin])];
        long[] now = [.. used.Select(bin => counts[bin])];
        var (n, m) = (before.Sum(), now.Sum());
        var index = PopulationStability.Index(before, now);
        var chance = Math.Min(1, columns * PopulationStability.Chance(index, n, m, used.Length));
        var critical = PopulationStability.Critical(Significance / columns, n, m, used.Length);
        var threshold = Math.Max(Large, critical);
        return empty with
        {
            Verdict = index >= threshold ? Drift : index >= Math.Max(Warning, critical) ? Warn : None,
            Value = index,
            Threshold = threshold,
            Probability = chance,
            Reason = string.Create(
                CultureInfo.InvariantCulture,
                $"psi {index:G4} of {m} rows against {n} (threshold {threshold:G4}), by chance so far apart with probability {chance:G3}"),
        };
    }

    private static double Share(long[] counts, int? bin) =>
        bin is { } place && counts.Sum() is > 0 and var sum ? (double)counts[place] / sum : 0;
}
