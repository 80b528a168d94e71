using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Cards;

/// <summary>What to mind before a version is used, as far as what is known of it says.</summary>
internal static class CardLimits
{
    private const int FewRows = 1000;
    private const double LeansOn = 0.5;
    private const double Miscalibrated = 0.1;
    private const int EnoughForBin = 20;

    public static IReadOnlyList<string> Of(ModelVersion model, ModelEvidence? evidence) =>
        [.. Origin(model, evidence).Concat(Inputs(model, evidence)).Concat(Quality(model, evidence))];

    private static IEnumerable<string> Origin(ModelVersion model, ModelEvidence? evidence)
    {
        if (model.Lineage?.Source == "imported")
        {
            yield return "It was trained elsewhere: what it learned from and how good it is has not been seen here.";
        }

        if (evidence is { RowCount: < FewRows })
        {
            yield return $"It has learned from {evidence.RowCount} rows only; its metrics may be luck.";
        }
    }

    private static IEnumerable<string> Inputs(ModelVersion model, ModelEvidence? evidence)
    {
        yield return model.Signature switch
        {
            { Missing: "allow" } => "Rows with missing values are predicted, but only those marked below may be missing.",
            _ => "Rows with missing values are refused.",
        };
        if (model.Signature?.Inputs.Any(input => input.Minimum is not null || input.Maximum is not null) == true)
        {
            yield return "Beyond the ranges of the inputs below it has seen nothing; predictions there are guesses.";
        }

        foreach (var input in evidence?.Inputs.Where(input => input.Edges is [var first, .., var last] && first == last) ?? [])
        {
            yield return FormattableString.Invariant($"Input '{input.Name}' was always {input.Edges[0]:G6} in training and tells nothing.");
        }

        if (evidence?.Importance is [{ Share: > LeansOn } first, _, ..])
        {
            yield return FormattableString.Invariant(
                $"It leans on one input: '{first.Name}' makes up {100 * first.Share:0} % of what matters. Watch that one.");
        }
    }

    private static IEnumerable<string> Quality(ModelVersion model, ModelEvidence? evidence)
    {
        foreach (var (target, metrics) in model.Metrics.GetValueOrDefault("test") ?? new Dictionary<string, RegressionMetrics>())
        {
            if (metrics.R2 is < 0)
            {
                yield return $"For '{target}' it is worse than always predicting the mean.";
            }
        }

        foreach (var curve in evidence?.Calibration ?? [])
        {
            var off = curve.Bins.Where(bin => bin.Count >= EnoughForBin).Select(bin => Math.Abs(bin.Predicted - bin.Observed))
                .DefaultIfEmpty().Max();
            if (off > Miscalibrated)
            {
                yield return FormattableString.Invariant(
                    $"Its probabilities of '{curve.Class}' are off by up to {100 * off:0} points; use their order, not their value.");
            }
        }

        if (model.Task == "ranking")
        {
            yield return "Its scores order the rows of one query; they cannot be compared between queries.";
        }
    }
}
