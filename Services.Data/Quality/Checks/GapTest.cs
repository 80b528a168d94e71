using System.Collections;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>
/// Times that come at an interval must not leave holes between the first and the last of their group. What is remembered
/// is one bit per interval, not the rows.
/// </summary>
internal sealed class GapTest(
    RunContext context, string time, IReadOnlyList<string> by, TimeSpan interval, long mostMissing) : ITableTest
{
    private const int MostGroups = 10_000;
    private const long MostSlots = 1L << 28;
    private const int ShownGaps = 20;

    private readonly int _time = context.Schema.Require(time, ColumnKind.Timestamp);
    private readonly int[] _by = [.. by.Select(column => context.Schema.Require(column))];
    private readonly long _interval = interval.Ticks / TimeSpan.TicksPerMicrosecond;
    private readonly Dictionary<string, Slots> _groups = new(StringComparer.Ordinal);
    private long _slots;

    public IReadOnlyList<string> Columns { get; } = [time, .. by];

    public string Threshold => $"a row every {interval}{(by.Count > 0 ? $" for each {string.Join(", ", by)}" : "")}, "
        + $"at most {mostMissing} missing";

    public void Observe(RowBatch batch, ReadOnlySpan<bool> rejected)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (rejected[row] || batch.Times(_time)[row] is var moment && moment == RowBatch.NoTime)
            {
                continue;
            }

            var group = Group(string.Join(", ", _by.Select(column => batch.Show(column, row))));
            _slots += group.Set((long)Math.Floor((double)moment / _interval), MostSlots - _slots);
        }
    }

    public TableResult Finish()
    {
        List<QualitySample> sample = [];
        var (expected, missing) = (0L, 0L);
        foreach (var (name, slots) in _groups)
        {
            expected += slots.Last - slots.First + 1;
            foreach (var (first, count) in slots.Gaps())
            {
                missing += count;
                if (sample.Count < ShownGaps)
                {
                    var place = name.Length > 0 ? $"{name}: " : "";
                    sample.Add(new QualitySample(0, $"{place}{count} missing from {Quality.Columns.ShowTime(first * _interval)}"));
                }
            }
        }

        return new TableResult(missing <= mostMissing, $"{missing} of {expected} missing", expected, missing) { Sample = sample };
    }

    private Slots Group(string name)
    {
        if (!_groups.TryGetValue(name, out var group))
        {
            if (_groups.Count == MostGroups)
            {
                throw MeshException.FailedPrecondition($"There are more than {MostGroups} groups of {string.Join(", ", by)}.");
            }

            _groups.Add(name, group = new Slots());
        }

        return group;
    }

    /// <summary>The intervals between the first and the last that have a row.</summary>
    private sealed class Slots
    {
        private BitArray _bits = new(64);
        private long _origin;

        public long First { get; private set; } = long.MaxValue;

        public long Last { get; private set; } = long.MinValue;

        /// <summary>Marks an interval; gives back by how many slots it grew.</summary>
        public long Set(long slot, long most)
        {
            if (First > Last)
            {
                (_origin, First, Last) = (slot, slot, slot);
            }

            var (first, last) = (Math.Min(First, slot), Math.Max(Last, slot));
            var grown = slot < _origin || slot - _origin >= _bits.Count ? Grow(first, last, most) : 0;
            (First, Last) = (first, last);
            _bits[(int)(slot - _origin)] = true;
            return grown;
        }

        public IEnumerable<(long First, long Count)> Gaps()
        {
            var start = First;
            for (var slot = First; slot <= Last; slot++)
            {
                if (_bits[(int)(slot - _origin)])
                {
                    if (slot > start)
                    {
                        yield return (start, slot - start);
                    }

                    start = slot + 1;
                }
            }
        }

        private long Grow(long first, long last, long most)
        {
            // Room on the side that grew, so that times in descending order do not copy each time.
            var span = last - first + 1;
            var origin = first < _origin ? first - span : _origin;
            var size = Math.Max(last - origin + 1 + (last > Last ? span : 0), 64);
            if (size - _bits.Count > most)
            {
                throw MeshException.FailedPrecondition(
                    $"The times span more than {MostSlots} intervals: is the interval too short, or a time far off?");
            }

            var bits = new BitArray((int)size);
            for (var slot = First; slot <= Last; slot++)
            {
                bits[(int)(slot - origin)] = _bits[(int)(slot - _origin)];
            }

            var grown = size - _bits.Count;
            (_bits, _origin) = (bits, origin);
            return grown;
        }
    }
}
