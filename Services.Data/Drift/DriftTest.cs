using System.Globalization;
using Skipper.Services.Data.Profiles;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Drift;

/// <summary>Compares profiles of a column, or of a whole table, with those of a reference.</summary>
internal static class DriftTest
{
    /// <summary>
    /// Compares every column that both tables have, each by the method that suits its size; probabilities are corrected for the
    /// number of columns.
    /// </summary>
    public static IReadOnlyList<DriftMeasure> Compare(TableProfile reference, TableProfile current, DriftRules? rules = null)
    {
        rules ??= new DriftRules();
        var raw = reference.Columns
            .Select(column => (Reference: column, Current: current.Find(column.Name)))
            .Where(pair => pair.Current is not null && IsSameKind(pair.Reference, pair.Current))
            .Select(pair => Measure(pair.Reference, pair.Current!, Suitable(pair.Reference, pair.Current!, rules), rules))
            .ToList();
        var tested = raw.FindAll(measure => measure is { Probability: not null, Verdict: not DriftVerdict.TooFewRows });
        var adjusted = Probability.Holm([.. tested.Select(measure => measure.Probability!.Value)]);
        for (var i = 0; i < tested.Count; i++)
        {
            raw[raw.IndexOf(tested[i])] = Judge(tested[i] with { Probability = adjusted[i] }, rules);
        }

        return raw;
    }

    /// <summary>Compares one column by one method.</summary>
    /// <exception cref="MeshException">The method does not suit the column, or the columns are not of one kind.</exception>
    public static DriftMeasure Measure(ColumnProfile reference, ColumnProfile current, string method, DriftRules? rules = null)
    {
        rules ??= new DriftRules();
        if (!IsSameKind(reference, current))
        {
            throw MeshException.InvalidArgument(
                $"Column {current.Name} is {current.Type} and was {reference.Type}: texts and numbers cannot be compared.");
        }

        var methods = reference.Numbers is null ? DriftMethods.OfTexts : DriftMethods.OfNumbers;
        if (!methods.Contains(method))
        {
            throw MeshException.InvalidArgument(
                $"Drift of the {reference.Type} column {current.Name} is measured by {string.Join(", ", methods)}, found '{method}'.");
        }

        var (n, m) = Counts(reference, current, method);
        var measure = new DriftMeasure
        {
            Column = current.Name,
            Method = method,
            Value = 0,
            Threshold = method is DriftMethods.PopulationStability ? rules.StabilityDrift : rules.Distance,
            Verdict = DriftVerdict.TooFewRows,
            ReferenceCount = n,
            CurrentCount = m,
            Reason = $"{n} values before and {m} now are too few to compare: {rules.FewestRows} are needed on both sides.",
        };
        return Math.Min(n, m) < rules.FewestRows ? measure : Judge(Fill(measure, reference, current), rules);
    }

    private static bool IsSameKind(ColumnProfile reference, ColumnProfile? current) =>
        (reference.Numbers is null) == (current?.Numbers is null);

    private static string Suitable(ColumnProfile reference, ColumnProfile current, DriftRules rules)
    {
        var many = Math.Min(reference.RowCount, current.RowCount) > rules.ManyRows;
        return (reference.Numbers is not null, many) switch
        {
            (true, false) => DriftMethods.KolmogorovSmirnov,
            (true, true) => DriftMethods.Wasserstein,
            (false, false) => DriftMethods.ChiSquare,
            (false, true) => DriftMethods.JensenShannon,
        };
    }

    /// <summary>Distances of values look at those that are there; bins have one for missing values.</summary>
    private static (long Reference, long Current) Counts(ColumnProfile reference, ColumnProfile current, string method) =>
        method is DriftMethods.KolmogorovSmirnov or DriftMethods.Wasserstein
            ? (reference.Numbers!.Distribution.Count, current.Numbers!.Distribution.Count)
            : (reference.RowCount, current.RowCount);

    private static DriftMeasure Fill(DriftMeasure measure, ColumnProfile reference, ColumnProfile current)
    {
        var (n, m) = (measure.ReferenceCount, measure.CurrentCount);
        switch (measure.Method)
        {
            case DriftMethods.KolmogorovSmirnov:
                var distance = Distances.KolmogorovSmirnov(reference.Numbers!.Distribution, current.Numbers!.Distribution);
                return measure with { Value = distance, Probability = Probability.KolmogorovSmirnovTail(distance, n, m) };
            case DriftMethods.Wasserstein:
                // A column that was constant has no spread to measure in: then in its own unit.
                var area = Distances.Wasserstein(reference.Numbers!.Distribution, current.Numbers!.Distribution);
                var spread = reference.Numbers.StandardDeviation is > 0 and var deviation ? deviation : 1;
                return measure with { Value = area / spread };
            case DriftMethods.ChiSquare:
                // Cramer's V of a table of two rows.
                var bins = SharedBins.Of(reference, current).MergeRare();
                var (statistic, freedom) = Distances.ChiSquare(bins.Reference, bins.Current);
                return measure with
                {
                    Value = Math.Sqrt(statistic / (n + m)),
                    Probability = Probability.ChiSquareTail(statistic, freedom),
                };
            case DriftMethods.JensenShannon:
                var shared = SharedBins.Of(reference, current);
                return measure with { Value = Distances.JensenShannon(shared.Reference, shared.Current) };
            default:
                // Divided by 1/n + 1/m the index of two samples of one distribution is about chi-square distributed.
                var deciles = SharedBins.Of(reference, current);
                var index = Distances.PopulationStability(deciles.Reference, deciles.Current);
                var chance = Probability.ChiSquareTail(index / ((1.0 / n) + (1.0 / m)), deciles.Reference.Length - 1);
                return measure with { Value = index, Probability = chance };
        }
    }

    private static DriftMeasure Judge(DriftMeasure measure, DriftRules rules)
    {
        var many = Math.Min(measure.ReferenceCount, measure.CurrentCount) > rules.ManyRows;
        var verdict = measure switch
        {
            { Probability: { } chance } when chance >= rules.Significance => DriftVerdict.None,
            { Method: DriftMethods.PopulationStability, Value: var index } => index >= rules.StabilityDrift
                ? DriftVerdict.Drift
                : index >= rules.StabilityWarning ? DriftVerdict.Warn : DriftVerdict.None,
            { Probability: null } when !many => DriftVerdict.TooFewRows,
            { Probability: not null } when !many => DriftVerdict.Drift,
            { Value: var distance } => distance >= rules.Distance ? DriftVerdict.Drift : DriftVerdict.None,
        };
        var chances = measure.Probability is { } p
            ? string.Create(CultureInfo.InvariantCulture, $", by chance so far apart with probability {p:G3}")
            : "";
        return measure with
        {
            Verdict = verdict,
            Reason = verdict is DriftVerdict.TooFewRows
                ? $"{measure.Method} says nothing about fewer than {rules.ManyRows} rows: use ks or chi_square."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{measure.Method} {measure.Value:G4} (threshold {measure.Threshold:G4}){chances}"),
        };
    }
}
