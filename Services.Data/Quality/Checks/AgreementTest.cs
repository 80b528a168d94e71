using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>
/// Columns of a row that must agree, as where several providers say the same thing: all others with the first that is there. Rows
/// with fewer than two of them are not looked at.
/// </summary>
internal sealed class AgreementTest(RunContext context, IReadOnlyList<string> columns, Tolerance tolerance) : IRowTest
{
    private readonly int[] _columns = [.. columns.Select(context.Schema.RequireNumbers)];

    public IReadOnlyList<string> Columns => columns;

    public string Threshold => $"within {tolerance} of {columns[0]}";

    public void Test(RowBatch batch, Span<Verdict> verdicts)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (verdicts[row] is Verdict.Open)
            {
                verdicts[row] = Judge(batch, row);
            }
        }
    }

    public string Describe(RowBatch batch, int row) => string.Join(" and ", _columns.Select(column => batch.Show(column, row)));

    private Verdict Judge(RowBatch batch, int row)
    {
        var (first, verdict) = (double.NaN, Verdict.Skipped);
        foreach (var column in _columns)
        {
            var value = batch.Numbers(column)[row];
            if (double.IsNaN(value))
            {
                continue;
            }

            if (double.IsNaN(first))
            {
                first = value;
            }
            else if (!tolerance.Agree(first, value))
            {
                return Verdict.Bad;
            }
            else
            {
                verdict = Verdict.Good;
            }
        }

        return verdict;
    }
}
