using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Quality.Checks;

namespace Skipper.Services.Data.Quality;

/// <summary>The checks that compare: with another version, or providers with each other.</summary>
internal sealed partial class SuiteReader
{
    private static string[] GroupNames => ["by", "match"];
    private static string[] ToleranceNames => ["within", "within_percent", "wraps_at"];

    private static Func<RunContext, object> DriftOf(CheckReader check)
    {
        var rules = new DriftRules();
        var threshold = check.Positive("threshold", 100);
        rules = rules with
        {
            FewestRows = check.Whole("fewest_rows", 1) ?? rules.FewestRows,
            ManyRows = check.Whole("many_rows", 1) ?? rules.ManyRows,
            Significance = check.Positive("significance", 0.5) ?? rules.Significance,
            StabilityDrift = threshold ?? rules.StabilityDrift,
            StabilityWarning = Math.Min(threshold ?? rules.StabilityDrift, rules.StabilityWarning),
            Distance = threshold ?? rules.Distance,
        };
        var drift = new DriftCheck
        {
            Columns = check.Members.ContainsKey("columns") ? check.ColumnList("columns") : null,
            Method = check.OneOf("method", [.. DriftMethods.OfNumbers.Union(DriftMethods.OfTexts)]),
            Rules = rules,
            Dataset = check.Text("dataset"),
            Version = check.Whole("version", 1),
            Tag = check.Text("tag"),
        };
        if (drift is { Version: not null, Tag: not null })
        {
            check.Add("tag", "'version' and 'tag' are two ways to name one version: use one of them.");
        }

        check.Drift = drift;
        return context => new DistributionTest(context, drift);
    }

    private static Func<RunContext, object> Agreement(CheckReader check)
    {
        var tolerance = new Tolerance(
            check.Positive("within", double.MaxValue), check.Positive("within_percent", 1000), check.Positive("wraps_at", double.MaxValue));
        if (tolerance is { Within: null, WithinPercent: null })
        {
            check.Add("The check has no bound: give it within or within_percent.");
        }

        if (!check.Members.ContainsKey("column"))
        {
            var columns = check.ColumnList("columns");
            foreach (var member in GroupNames.Where(check.Members.ContainsKey))
            {
                check.Add(member, $"'{member}' needs 'column', the one column whose values are compared.");
            }

            if (columns.Count == 1)
            {
                check.Add("columns", "One column has nothing to agree with: name two or more, or 'column', 'by' and 'match'.");
            }

            return context => new AgreementTest(context, columns, tolerance);
        }

        if (check.Members.ContainsKey("columns"))
        {
            check.Add("columns", "'columns' compares columns of a row, 'column' rows with each other: use one of them.");
        }

        var (column, by, match) = (check.Column("column"), check.Required("by"), check.Texts("match"));
        if (match.Count == 0)
        {
            check.Add("The check has no 'match', the columns that compared rows have in common.");
        }

        return context => new GroupAgreementTest(context, column, by, match, tolerance, check.Mostly);
    }
}
