using System.Text.Json.Serialization;

namespace Skipper.Services.Data.Profiles;

/// <summary>Values in order, each standing for some number of equal ones: an empirical distribution.</summary>
internal sealed record WeightedValues(double[] Values, long[] Weights)
{
    private long[]? _upTo;

    [JsonIgnore]
    public long Count => Values.Length == 0 ? 0 : UpTo[^1];

    /// <summary>How many there are up to and with each value.</summary>
    private long[] UpTo => _upTo ??= Accumulate(Weights);

    /// <summary>Sorts levels of which each value on level h stands for 2^h.</summary>
    public static WeightedValues Sort(IReadOnlyList<List<double>> levels)
    {
        var values = levels.SelectMany(level => level).ToArray();
        var weights = levels.SelectMany((level, h) => Enumerable.Repeat(1L << h, level.Count)).ToArray();
        Array.Sort(values, weights);
        return new WeightedValues(values, weights);
    }

    /// <summary>The quantile, with linear interpolation between neighbors as numpy's default; NaN where there are no values.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        if (Values.Length == 0)
        {
            return double.NaN;
        }

        var place = share * (Count - 1);
        var lower = Math.Floor(place);
        var below = ValueAt((long)lower);
        var above = ValueAt((long)Math.Ceiling(place));
        return below == above ? below : below + ((above - below) * (place - lower));
    }

    /// <summary>The share of values at or below one.</summary>
    public double ShareUpTo(double value) => Count == 0 ? double.NaN : (double)CountUpTo(value) / Count;

    /// <summary>How many values are at or below one.</summary>
    public long CountUpTo(double value)
    {
        var (low, high) = (0, Values.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Values[middle] <= value ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? 0 : UpTo[low - 1];
    }

    private static long[] Accumulate(long[] weights)
    {
        var upTo = new long[weights.Length];
        var sum = 0L;
        for (var i = 0; i < weights.Length; i++)
        {
            upTo[i] = sum += weights[i];
        }

        return upTo;
    }

    private double ValueAt(long place)
    {
        var found = Array.BinarySearch(UpTo, place + 1);
        return Values[found >= 0 ? found : ~found];
    }
}
