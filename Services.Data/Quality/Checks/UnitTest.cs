using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>
/// A value that is far from the median of its group around its time, but near it when read in another unit, is bad. Rows may come in any
/// order as long as they fit in memory; of more, the older ones are judged first.
/// </summary>
internal sealed class UnitTest : ILateTest
{
    private const int MostFindings = 100_000;

    private readonly UnitTestOptions _options;
    private readonly int _value;
    private readonly int _time;
    private readonly int _givenIn;
    private readonly int[] _by;
    private readonly int _most;
    private readonly long _window;
    private readonly Dictionary<string, List<TimedValue>> _groups = new(StringComparer.Ordinal);
    private readonly List<double> _near = [];
    private List<LateFinding> _findings = [];
    private long _judged;
    private int _count;

    public UnitTest(RunContext context, UnitTestOptions options, int mostInMemory = 1 << 20)
    {
        _options = options;
        _most = mostInMemory;
        _value = context.Schema.RequireNumbers(options.Column);
        _time = context.Schema.Require(options.Time, ColumnKind.Timestamp);
        _givenIn = options.GivenIn is null ? -1 : context.Schema.Require(options.GivenIn, ColumnKind.Text);
        _by = [.. options.By.Select(column => context.Schema.Require(column))];
        _window = options.Window.Ticks / TimeSpan.TicksPerMicrosecond;
        Columns = options.GivenIn is null ? [options.Column] : [options.Column, options.GivenIn];
    }

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<string> ReferenceUnless => _options.ReferenceUnless;

    public string Threshold => _options.Threshold;

    public void Observe(
        RowBatch batch, ReadOnlySpan<Verdict> verdicts, ReadOnlySpan<bool> references, ReadOnlySpan<bool> rejected)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            var (time, value) = (batch.Times(_time)[row], batch.Numbers(_value)[row]);
            var isJudged = verdicts[row] is Verdict.Open;
            if (time == RowBatch.NoTime || double.IsNaN(value) || !(isJudged || references[row]))
            {
                continue;
            }

            var given = _givenIn < 0 ? null : batch.Texts(_givenIn)[row];
            Group(batch, row).Add(new TimedValue(time, value, batch.Lines[row], given, isJudged, references[row], rejected[row]));
            if (++_count > _most)
            {
                JudgeOlderHalf();
            }
        }
    }

    public void Finish()
    {
        foreach (var group in _groups.Values)
        {
            Judge(group, long.MaxValue);
        }

        _groups.Clear();
    }

    public (long Judged, IReadOnlyList<LateFinding> Findings) Take()
    {
        var taken = (_judged, _findings);
        (_judged, _findings) = (0, []);
        return taken;
    }

    private List<TimedValue> Group(RowBatch batch, int row)
    {
        var key = string.Join('\u001f', _by.Select(column => batch.Key(column, row)));
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups.Add(key, group = []);
        }

        return group;
    }

    private void JudgeOlderHalf()
    {
        _count = 0;
        foreach (var group in _groups.Values)
        {
            group.Sort();
            var until = group[group.Count / 2].Time;
            Judge(group, until);
            group.RemoveAll(item => item.Time < until - _window);
            for (var i = 0; i < group.Count && group[i].Time < until; i++)
            {
                group[i] = group[i] with { IsJudged = false };
            }

            _count += group.Count;
        }

        if (_count > _most / 8 * 7)
        {
            throw MeshException.FailedPrecondition(
                $"More than {_most / 8 * 7} rows fall within {_options.Window} of each other: make the window smaller.");
        }
    }

    /// <summary>Judges the items before a time; a window of sorted neighbors slides along.</summary>
    private void Judge(List<TimedValue> group, long until)
    {
        group.Sort();
        _near.Clear();
        var (first, next) = (0, 0);
        foreach (var item in group)
        {
            if (item.Time >= until)
            {
                return;
            }

            for (; next < group.Count && group[next].Time <= item.Time + _window; next++)
            {
                if (group[next].IsReference)
                {
                    _near.Insert(Position(group[next].Value), group[next].Value);
                }
            }

            for (; group[first].Time < item.Time - _window; first++)
            {
                if (group[first].IsReference)
                {
                    _near.RemoveAt(Position(group[first].Value));
                }
            }

            if (item.IsJudged)
            {
                _judged++;
                JudgeOne(item);
            }
        }
    }

    private void JudgeOne(TimedValue item)
    {
        var self = item.IsReference ? Position(item.Value) : _near.Count;
        var count = item.IsReference ? _near.Count - 1 : _near.Count;
        if (count < _options.AtLeast)
        {
            return;
        }

        double Other(int index) => _near[index < self ? index : index + 1];
        var median = (Other((count - 1) / 2) + Other(count / 2)) / 2;
        if (!(Math.Abs(item.Value - median) > _options.DiffersBy))
        {
            return;
        }

        var given = item.GivenIn is null ? _options.Unit : Unit.Find(item.GivenIn) ?? _options.Unit;
        var written = _options.Unit.Convert(item.Value, given);
        foreach (var other in _options.Units.Where(unit => unit != given))
        {
            if (Math.Abs(other.Convert(written, _options.Unit) - median) <= _options.CloseTo)
            {
                Add(item, written, given, other, median);
                return;
            }
        }
    }

    private void Add(TimedValue item, double written, Unit given, Unit other, double median)
    {
        if (_findings.Count == MostFindings)
        {
            throw MeshException.FailedPrecondition(
                $"More than {MostFindings} values seem to be in another unit: does the source say the right one?");
        }

        _findings.Add(new LateFinding(
            item.Line,
            item.WasRejected,
            "",
            Columns,
            _options.Reason(written, given, other, median)));
    }

    private int Position(double value)
    {
        var index = _near.BinarySearch(value);
        return index < 0 ? ~index : index;
    }
}
