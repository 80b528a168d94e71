using Skipper.Services.Data.Quality.Checks;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Declarations;

namespace Skipper.Services.Data.Quality;

/// <summary>The checks over the table as a whole.</summary>
internal sealed partial class SuiteReader
{
    private static readonly Dictionary<string, ColumnKind> Kinds = new(StringComparer.Ordinal)
    {
        ["text"] = ColumnKind.Text,
        ["integer"] = ColumnKind.Integer,
        ["number"] = ColumnKind.Number,
        ["timestamp"] = ColumnKind.Timestamp,
    };

    private static Func<RunContext, object> RowCount(CheckReader check)
    {
        var (min, max, change) = (check.Whole("min"), check.Whole("max"), check.Number("max_change_percent"));
        if (min is null && max is null && change is null)
        {
            check.Add("The check has no bound: give it min, max or max_change_percent.");
        }

        return context => new RowCountTest(context, min, max, change);
    }

    private static Func<RunContext, object> Freshness(CheckReader check)
    {
        var (column, maxAge) = (check.Column("column"), check.RequiredDuration("max_age"));
        return context => new FreshnessTest(context, column, maxAge);
    }

    private static Func<RunContext, object> Gaps(CheckReader check)
    {
        var (column, by, interval) = (check.Column("column"), check.Texts("by"), check.RequiredDuration("interval"));
        var most = check.Whole("max_missing") ?? 0;
        return context => new GapTest(context, column, by, interval, most);
    }

    private static Func<RunContext, object> Schema(CheckReader check)
    {
        var columns = new Dictionary<string, ColumnKind?>(StringComparer.OrdinalIgnoreCase);
        if (check.Members.GetValueOrDefault("columns") is SourceList)
        {
            foreach (var name in check.Texts("columns"))
            {
                columns[name] = null;
            }
        }
        else
        {
            foreach (var (name, (kind, place)) in check.Declaration.Map(check.Members, "columns")
                ?? new Dictionary<string, (string, SourceNode)>())
            {
                columns[name] = Kinds.GetValueOrDefault(kind);
                if (!Kinds.ContainsKey(kind))
                {
                    check.Declaration.Source.Expected(place, $"a column must be one of {string.Join(", ", Kinds.Keys)}");
                }
            }
        }

        if (columns.Count == 0)
        {
            check.Add("The check has no 'columns'.");
        }

        var isStrict = check.Flag("strict", fallback: false);
        return context => new SchemaTest(context, columns, isStrict);
    }
}
