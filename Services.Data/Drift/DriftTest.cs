using System.Globalization;
using Skipper.Services.Data.Profiles;
using Skipper.Shared.Engines.Statistics;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Drift;

/// <summary>Compares profiles of a column, or of a whole table, with those of a reference.</summary>
internal static class DriftTest
{
    /// <summary>
    /// Compares columns that both tables have; probabilities are corrected for the number of columns.
    /// </summary>
    /// <param name="reference">What was.</param>
    /// <param name="current">What is.</param>
    /// <param name="rules">When a distance is drift.</param>
    /// <param name="columns">Which columns; null = all that can be compared.</param>
    /// <param name="method">One of <see cref="DriftMethods"/>; null = for each column the one that suits its kind and size.</param>
    /// <exception cref="MeshException">A column that is named is not there, or cannot be compared so.</exception>
    public static IReadOnlyList<DriftMeasure> Compare(
        TableProfile reference,
        TableProfile current,
        DriftRules? rules = null,
        IReadOnlyList<string>? columns = null,
        string? method = null)
    {
        rules ??= new DriftRules();
        var raw = Pairs(reference, current, columns, method)
            .Select(pair => Measure(pair.Reference, pair.Current, method ?? Suitable(pair.Reference, pair.Current, rules), rules))
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

        var methods = Methods(reference);
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

    private static IEnumerable<(ColumnProfile Reference, ColumnProfile Current)> Pairs(
        TableProfile reference, TableProfile current, IReadOnlyList<string>? columns, string? method) => columns is null
        ? from column in reference.Columns
          let now = current.Find(column.Name)
          where now is not null && IsSameKind(column, now) && (method is null || Methods(column).Contains(method))
          select (column, now)
        : columns.Select(column => (Require(reference, column, "the reference"), Require(current, column, "the table")));

    private static ColumnProfile Require(TableProfile profile, string column, string where) => profile.Find(column)
        ?? throw MeshException.FailedPrecondition(
            $"There is no column '{column}' in {where}. There are: {string.Join(", ", profile.Columns.Select(found => found.Name))}.");

    private static IReadOnlyList<string> Methods(ColumnProfile column) =>
        column.Numbers is null ? DriftMethods.OfTexts : DriftMethods.OfNumbers;

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
                    Probability = ChiSquare.Tail(statistic, freedom),
                };
            case DriftMethods.JensenShannon:
                var shared = SharedBins.Of(reference, current);
                return measure with { Value = Distances.JensenShannon(shared.Reference, shared.Current) };
            default:
                var deciles = SharedBins.Of(reference, current);
                var index = PopulationStability.Index(deciles.Reference, deciles.Current);
                var chance = PopulationStability.Chance(index, n, m, deciles.Reference.Length);
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
