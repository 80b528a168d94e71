using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>Bounds of numbers; a bound that is not set does not limit.</summary>
internal sealed record Bounds(double? Min, double? Max, double? Above, double? Below)
{
    public bool Contain(double value) =>
        !(value < Min) && !(value > Max) && !(value <= Above) && !(value >= Below);

    public override string ToString() => string.Join(" and ", new[]
    {
        Min is { } min ? $"at least {Columns.Show(min)}" : null,
        Above is { } above ? $"more than {Columns.Show(above)}" : null,
        Max is { } max ? $"at most {Columns.Show(max)}" : null,
        Below is { } below ? $"less than {Columns.Show(below)}" : null,
    }.Where(part => part is not null));
}

/// <summary>Numbers that must be within bounds, or must not be; missing ones are not looked at.</summary>
internal sealed class RangeTest(RunContext context, string column, Bounds bounds, bool inside) : IRowTest
{
    private readonly int _column = context.Schema.RequireNumbers(column);

    public IReadOnlyList<string> Columns { get; } = [column];

    public string Threshold => inside ? bounds.ToString() : $"not ({bounds})";

    public void Test(RowBatch batch, Span<Verdict> verdicts)
    {
        var values = batch.Numbers(_column);
        for (var row = 0; row < batch.Count; row++)
        {
            if (verdicts[row] is Verdict.Open)
            {
                verdicts[row] = double.IsNaN(values[row]) ? Verdict.Skipped
                    : bounds.Contain(values[row]) == inside ? Verdict.Good : Verdict.Bad;
            }
        }
    }

    public string Describe(RowBatch batch, int row) => batch.Show(_column, row);
}
