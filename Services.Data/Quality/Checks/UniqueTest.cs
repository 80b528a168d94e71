using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>
/// Keys that may occur once; the first row with a key is good, later ones are bad and say whether they repeat or contradict
/// it. Rows with an incomplete key are not looked at.
/// </summary>
internal sealed class UniqueTest : IRowTest, IDisposable
{
    private readonly int[] _key;
    private readonly KeyHash _keyHash;
    private readonly KeyHash _contentHash;
    private readonly KeyTable _seen = new();
    private (long Line, bool IsIdentical)[] _first = [];

    /// <param name="context">The run.</param>
    /// <param name="columns">The key.</param>
    /// <param name="compare">What must be the same for two rows to be identical; null = all other columns.</param>
    public UniqueTest(RunContext context, IReadOnlyList<string> columns, IReadOnlyList<string>? compare)
    {
        Columns = columns;
        _key = [.. columns.Select(column => context.Schema.Require(column))];
        _keyHash = new KeyHash(_key);
        _contentHash = new KeyHash(compare is null
            ? [.. Enumerable.Range(0, context.Schema.Columns.Count).Except(_key)]
            : [.. compare.Select(column => context.Schema.Require(column))]);
    }

    public IReadOnlyList<string> Columns { get; }

    public string Threshold => $"each {string.Join(", ", Columns)} once";

    public void Test(RowBatch batch, Span<Verdict> verdicts)
    {
        if (_first.Length < batch.Count)
        {
            _first = new (long, bool)[batch.Capacity];
        }

        for (var row = 0; row < batch.Count; row++)
        {
            if (verdicts[row] is not Verdict.Open)
            {
                continue;
            }

            if (IsIncomplete(batch, row))
            {
                verdicts[row] = Verdict.Skipped;
                continue;
            }

            var content = (ulong)_contentHash.Compute(batch, row);
            var isNew = _seen.TryAdd(_keyHash.Compute(batch, row), batch.Lines[row], content, out var seen);
            verdicts[row] = isNew ? Verdict.Good : Verdict.Bad;
            _first[row] = (seen.Line, seen.Content == content);
        }
    }

    public string Describe(RowBatch batch, int row) =>
        $"the key of line {_first[row].Line} again, {(_first[row].IsIdentical ? "identical" : "conflicting")}";

    public void Dispose() => _seen.Dispose();

    private bool IsIncomplete(RowBatch batch, int row)
    {
        foreach (var column in _key)
        {
            if (batch.IsMissing(column, row))
            {
                return true;
            }
        }

        return false;
    }
}
