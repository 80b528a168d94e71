using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>Values that must be there.</summary>
internal sealed class PresenceTest(RunContext context, string column) : IRowTest
{
    private readonly int _column = context.Schema.Require(column);

    public IReadOnlyList<string> Columns { get; } = [column];

    public string Threshold => "a value";

    public void Test(RowBatch batch, Span<Verdict> verdicts)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (verdicts[row] is Verdict.Open)
            {
                verdicts[row] = batch.IsMissing(_column, row) ? Verdict.Bad : Verdict.Good;
            }
        }
    }

    public string Describe(RowBatch batch, int row) => "nothing";
}
