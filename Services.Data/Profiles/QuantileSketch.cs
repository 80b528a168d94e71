using Skipper.Services.Data.Splits;

namespace Skipper.Services.Data.Profiles;

/// <summary>
/// The distribution of any number of values in bounded memory: the KLL sketch (Karnin, Lang and Liberty 2016). Exact up to its
/// capacity; beyond that a rank is off by about 2 / capacity of the count. The same values in the same order give the same sketch.
/// </summary>
internal sealed class QuantileSketch
{
    public const int DefaultCapacity = 2048;

    private const int SmallestLevel = 8;

    private readonly int _capacity;
    private readonly SplitMix64 _coin = new(1);

    /// <summary>A value on level h stands for 2^h values.</summary>
    private readonly List<List<double>> _levels = [[]];

    private WeightedValues? _sorted;

    public QuantileSketch(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, SmallestLevel);
        _capacity = capacity;
    }

    public long Count { get; private set; }

    /// <summary>Whether every value is still there.</summary>
    public bool IsExact => _levels.Count == 1;

    /// <summary>What is kept, in order; not to be asked for between single additions.</summary>
    public WeightedValues Values => _sorted ??= WeightedValues.Sort(_levels);

    /// <summary>Takes one number; NaN is a missing value and changes nothing.</summary>
    public void Add(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        Count++;
        _sorted = null;
        _levels[0].Add(value);
        if (_levels[0].Count > CapacityOf(0))
        {
            Compact();
        }
    }

    /// <summary>Takes all that another has seen.</summary>
    public void Merge(QuantileSketch other)
    {
        Count += other.Count;
        _sorted = null;
        for (var level = 0; level < other._levels.Count; level++)
        {
            if (level == _levels.Count)
            {
                _levels.Add([]);
            }

            _levels[level].AddRange(other._levels[level]);
        }

        Compact();
    }

    /// <summary>Lower levels are smaller by two thirds each: most of the memory is for the values that stand for most.</summary>
    private int CapacityOf(int level) =>
        Math.Max(SmallestLevel, (int)Math.Ceiling(_capacity * Math.Pow(2.0 / 3, _levels.Count - 1 - level)));

    private void Compact()
    {
        for (var level = 0; level < _levels.Count; level++)
        {
            var values = _levels[level];
            if (values.Count <= CapacityOf(level))
            {
                continue;
            }

            if (level + 1 == _levels.Count)
            {
                _levels.Add([]);
            }

            // Every other value goes up and counts twice; of an odd number the last stays.
            values.Sort();
            var even = values.Count & ~1;
            for (var i = (int)(_coin.Next() >> 63); i < even; i += 2)
            {
                _levels[level + 1].Add(values[i]);
            }

            values.RemoveRange(0, even);
        }
    }
}
