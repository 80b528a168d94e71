using System.Text.RegularExpressions;
using Skipper.Services.Data.Quality.Checks;
using Skipper.Services.Data.Standards;
using Skipper.Shared.Declarations;

namespace Skipper.Services.Data.Quality;

/// <summary>The kinds of checks: what each may say, and what it becomes.</summary>
internal sealed partial class SuiteReader
{
    private static readonly string[] BoundNames = ["min", "max", "above", "below"];

    private static readonly SortedDictionary<string, (string[] Members, Func<CheckReader, Func<RunContext, object>> Read)> Types =
        new(StringComparer.Ordinal)
        {
            ["accepted_values"] = (["column", "values"], AcceptedValues),
            ["agreement"] = (["columns", "column", .. GroupNames, .. ToleranceNames], Agreement),
            ["compare"] = (["left", "is", "right", "plus"], Compare),
            ["drift"] =
            (
                [
                    "columns", "dataset", "version", "tag", "method", "threshold", "significance", "fewest_rows", "many_rows",
                ],
                DriftOf),
            ["exists_in"] = (["column", "dataset", "in_column"], ExistsIn),
            ["freshness"] = (["column", "max_age"], Freshness),
            ["gaps"] = (["column", "by", "interval", "max_missing"], Gaps),
            ["increasing"] = (["column", "by", "strict"], Increasing),
            ["not_in_range"] = (["column", .. BoundNames], check => Range(check, inside: false)),
            ["not_null"] = (["column"], NotNull),
            ["range"] = (["column", .. BoundNames], check => Range(check, inside: true)),
            ["regex"] = (["column", "pattern"], Matches),
            ["row_count"] = (["min", "max", "max_change_percent"], RowCount),
            ["schema"] = (["columns", "strict"], Schema),
            ["unique"] = (["columns", "compare"], Unique),
            ["unit"] =
            (
                [
                    "column", "unit", "given_in", "units", "time", "by", "window", "at_least", "differs_by", "close_to",
                    "reference_unless",
                ],
                UnitOf),
        };

    private static Func<RunContext, object> NotNull(CheckReader check)
    {
        var column = check.Column("column");
        return context => new PresenceTest(context, column);
    }

    private static Func<RunContext, object> Range(CheckReader check, bool inside)
    {
        var column = check.Column("column");
        var bounds = new Bounds(check.Number("min"), check.Number("max"), check.Number("above"), check.Number("below"));
        if (bounds == new Bounds(null, null, null, null))
        {
            check.Add("The check has no bound: give it min, max, above or below.");
        }

        if (Math.Max(bounds.Min ?? double.NegativeInfinity, bounds.Above ?? double.NegativeInfinity)
            > Math.Min(bounds.Max ?? double.PositiveInfinity, bounds.Below ?? double.PositiveInfinity))
        {
            check.Add("No value is within these bounds.");
        }

        return context => new RangeTest(context, column, bounds, inside);
    }

    private static Func<RunContext, object> AcceptedValues(CheckReader check)
    {
        var (column, values) = (check.Column("column"), check.Texts("values"));
        if (values.Count == 0)
        {
            check.Add("The check has no 'values'.");
        }

        return context => ValueTest.OneOf(context, column, values);
    }

    private static Func<RunContext, object> Matches(CheckReader check)
    {
        var (column, pattern) = (check.Column("column"), check.Required("pattern"));
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            check.Add("pattern", $"The pattern cannot be used: {exception.Message}");
        }

        return context => ValueTest.Matching(context, column, pattern);
    }

    private static Func<RunContext, object> ExistsIn(CheckReader check)
    {
        var (column, dataset) = (check.Column("column"), check.Required("dataset"));
        var other = check.Text("in_column") ?? column;
        check.Reference = (dataset, other);
        return context => ValueTest.ExistingIn(context, column, dataset, other);
    }

    private static Func<RunContext, object> Unique(CheckReader check)
    {
        var columns = check.ColumnList("columns");
        var compare = check.Members.ContainsKey("compare") ? check.Texts("compare") : null;
        return context => new UniqueTest(context, columns, compare);
    }

    private static Func<RunContext, object> Compare(CheckReader check)
    {
        var left = check.Column("left");
        check.Required("is");
        var comparison = check.Declaration.OneOf(check.Members, "is", "==", CompareTest.Operators);
        var right = check.Column("right");
        var later = Later(check);
        var plus = later is null ? check.Number("plus") : null;
        return context => new CompareTest(context, left, comparison, right, plus, later);
    }

    private static TimeSpan? Later(CheckReader check)
    {
        if (check.Members.GetValueOrDefault("plus") is not SourceScalar { Value.ValueKind: System.Text.Json.JsonValueKind.String } scalar)
        {
            return null;
        }

        var text = scalar.Value.GetString()!;
        var isNegative = text.StartsWith('-');
        if (Durations.TryParse(isNegative ? text[1..] : text, out var duration))
        {
            return isNegative ? -duration : duration;
        }

        check.Add("plus", $"plus must be a number or {Durations.Expected}, was '{text}'.");
        return TimeSpan.Zero;
    }

    private static Func<RunContext, object> Increasing(CheckReader check)
    {
        var (column, by, isStrict) = (check.Column("column"), check.Texts("by"), check.Flag("strict", fallback: true));
        return context => new OrderTest(context, column, by, isStrict);
    }

    private static Func<RunContext, object> UnitOf(CheckReader check)
    {
        var options = new UnitTestOptions
        {
            Column = check.Column("column"),
            Unit = KnownUnit(check, "unit", check.Required("unit")),
            GivenIn = check.Text("given_in"),
            Units = [.. check.Texts("units").Select(code => KnownUnit(check, "units", code))],
            Time = check.Required("time"),
            By = check.Texts("by"),
            Window = check.RequiredDuration("window"),
            AtLeast = check.Whole("at_least", 1, 10_000) ?? 4,
            DiffersBy = check.RequiredNumber("differs_by"),
            CloseTo = check.RequiredNumber("close_to"),
            ReferenceUnless = check.Texts("reference_unless"),
        };
        if (options.Units.FirstOrDefault(unit => unit.Dimension != options.Unit.Dimension) is { } odd)
        {
            check.Add("units", $"{odd.Code} measures {odd.Dimension}, but {options.Unit.Code} measures {options.Unit.Dimension}.");
        }

        if (options.Units.All(unit => unit == options.Unit))
        {
            check.Add("units", "The check needs 'units' that a value may have been given in, beside that of the column.");
        }

        return context => new UnitTest(context, options);
    }

    private static Unit KnownUnit(CheckReader check, string member, string code)
    {
        if (Unit.Find(code) is { } unit)
        {
            return unit;
        }

        check.Add(member, $"The unit '{code}' is not known; known are {string.Join(", ", Unit.Codes)}.{Nearest.Suggest(code, Unit.Codes)}");
        return Unit.Find("1")!;
    }
}
