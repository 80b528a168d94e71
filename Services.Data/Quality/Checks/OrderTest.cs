using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>Values that must grow from row to row within their group.</summary>
internal sealed class OrderTest(RunContext context, string column, IReadOnlyList<string> by, bool isStrict) : IRowTest
{
    private const int MostGroups = 100_000;

    private readonly int _column = context.Schema.Require(column, ColumnKind.Timestamp, ColumnKind.Number, ColumnKind.Integer);
    private readonly int[] _by = [.. by.Select(other => context.Schema.Require(other))];
    private readonly Dictionary<string, (double Number, long Time)> _last = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Columns { get; } = [column];

    public string Threshold =>
        $"{(isStrict ? "more than" : "at least")} the row before{(by.Count > 0 ? $" of the same {string.Join(", ", by)}" : "")}";

    public void Test(RowBatch batch, Span<Verdict> verdicts)
    {
        var isTime = batch.Schema.Columns[_column].Kind is ColumnKind.Timestamp;
        for (var row = 0; row < batch.Count; row++)
        {
            if (verdicts[row] is not Verdict.Open)
            {
                continue;
            }

            if (batch.IsMissing(_column, row))
            {
                verdicts[row] = Verdict.Skipped;
                continue;
            }

            var group = string.Join('\u001f', _by.Select(other => batch.Key(other, row)));
            var value = isTime ? (0, batch.Times(_column)[row]) : (batch.Numbers(_column)[row], 0L);
            var order = _last.TryGetValue(group, out var last) ? value.CompareTo(last) : 1;
            verdicts[row] = order > 0 || (order == 0 && !isStrict) ? Verdict.Good : Verdict.Bad;

            // A bad row is not what the next one is compared with: one outlier would make all that follow bad.
            if (verdicts[row] is Verdict.Good)
            {
                Remember(group, value);
            }
        }
    }

    public string Describe(RowBatch batch, int row) => batch.Show(_column, row);

    private void Remember(string group, (double Number, long Time) value)
    {
        if (_last.Count == MostGroups && !_last.ContainsKey(group))
        {
            throw MeshException.FailedPrecondition($"There are more than {MostGroups} groups of {string.Join(", ", by)}.");
        }

        _last[group] = value;
    }
}
