using System.Text.RegularExpressions;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>Values that must meet a condition of their own; missing ones are not looked at.</summary>
internal sealed class ValueTest(RunContext context, string column, string threshold, Func<string, bool> isGood) : IRowTest
{
    private const int ShownValues = 10;
    private const int MostRemembered = 4096;
    private const int LongestRemembered = 256;

    private readonly int _column = context.Schema.Require(column);

    public IReadOnlyList<string> Columns { get; } = [column];

    public string Threshold => threshold;

    public static ValueTest OneOf(RunContext context, string column, IReadOnlyList<string> values) => new(
        context,
        column,
        $"one of {string.Join(", ", values.Take(ShownValues))}"
        + (values.Count > ShownValues ? $" and {values.Count - ShownValues} more" : ""),
        values.ToHashSet(StringComparer.Ordinal).Contains);

    public static ValueTest Matching(RunContext context, string column, string pattern) => new(
        context,
        column,
        $"a text that matches {pattern}",
        Remembered(new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking).IsMatch));

    public static ValueTest ExistingIn(RunContext context, string column, string dataset, string otherColumn) => new(
        context,
        column,
        $"a value of {otherColumn} in dataset {dataset}",
        context.References.TryGetValue((dataset, otherColumn), out var values)
            ? values.Contains
            : throw MeshException.FailedPrecondition(
                $"There is no dataset '{dataset}' with a column '{otherColumn}' to look values up in."));

    public void Test(RowBatch batch, Span<Verdict> verdicts)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (verdicts[row] is Verdict.Open)
            {
                verdicts[row] = batch.Key(_column, row) is not { } value ? Verdict.Skipped
                    : isGood(value) ? Verdict.Good : Verdict.Bad;
            }
        }
    }

    public string Describe(RowBatch batch, int row) => batch.Show(_column, row);

    /// <summary>Columns with a pattern mostly have few values: a look at the first ones is enough.</summary>
    private static Func<string, bool> Remembered(Func<string, bool> isGood)
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        return value =>
        {
            if (!known.TryGetValue(value, out var good))
            {
                good = isGood(value);
                if (known.Count < MostRemembered && value.Length <= LongestRemembered)
                {
                    known.Add(value, good);
                }
            }

            return good;
        };
    }
}
