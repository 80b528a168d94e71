using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>
/// Compares two columns of a row, both numbers or both times: left operator right + plus. Rows without one of them are not
/// looked at.
/// </summary>
internal sealed class CompareTest : IRowTest
{
    public static readonly string[] Operators = ["<", "<=", "==", "!=", ">=", ">"];

    private readonly int _left;
    private readonly int _right;
    private readonly bool _times;
    private readonly string _operator;
    private readonly double _plus;
    private readonly long _later;

    /// <param name="context">The run.</param>
    /// <param name="left">Column on the left.</param>
    /// <param name="comparison">One of <see cref="Operators"/>.</param>
    /// <param name="right">Column on the right.</param>
    /// <param name="plus">Added to the right side; with times in <paramref name="later"/>.</param>
    /// <param name="later">Added to the right side where the columns are times.</param>
    public CompareTest(RunContext context, string left, string comparison, string right, double? plus, TimeSpan? later)
    {
        _left = context.Schema.Require(left, ColumnKind.Timestamp, ColumnKind.Number, ColumnKind.Integer);
        _times = context.Schema.Columns[_left].Kind is ColumnKind.Timestamp;
        _right = _times ? context.Schema.Require(right, ColumnKind.Timestamp) : context.Schema.RequireNumbers(right);
        if (_times ? plus is not null : later is not null)
        {
            throw MeshException.FailedPrecondition(
                _times ? $"'plus' must be a duration, because {left} is a time." : $"'plus' must be a number, because {left} is one.");
        }

        (_operator, _plus, _later) = (comparison, plus ?? 0, (later ?? TimeSpan.Zero).Ticks / TimeSpan.TicksPerMicrosecond);
        var offset = plus is { } number ? $" + {Quality.Columns.Show(number)}" : later is { } span ? $" + {span}" : "";
        Threshold = $"{left} {comparison} {right}{offset}";
        Columns = [left, right];
    }

    public IReadOnlyList<string> Columns { get; }

    public string Threshold { get; }

    public void Test(RowBatch batch, Span<Verdict> verdicts)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (verdicts[row] is Verdict.Open)
            {
                verdicts[row] = batch.IsMissing(_left, row) || batch.IsMissing(_right, row) ? Verdict.Skipped
                    : Holds(Order(batch, row)) ? Verdict.Good : Verdict.Bad;
            }
        }
    }

    public string Describe(RowBatch batch, int row) => $"{batch.Show(_left, row)} and {batch.Show(_right, row)}";

    private int Order(RowBatch batch, int row) => _times
        ? batch.Times(_left)[row].CompareTo(batch.Times(_right)[row] + _later)
        : batch.Numbers(_left)[row].CompareTo(batch.Numbers(_right)[row] + _plus);

    private bool Holds(int order) => _operator switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        "==" => order == 0,
        "!=" => order != 0,
        ">=" => order >= 0,
        _ => order > 0,
    };
}
