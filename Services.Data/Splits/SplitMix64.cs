namespace Skipper.Services.Data.Splits;

/// <summary>
/// The SplitMix64 generator (Steele, Lea and Flood 2014) and a Fisher-Yates shuffle on it: integer arithmetic only, so that a
/// seed gives the same order on every platform and every version of .NET, which System.Random does not promise.
/// </summary>
internal sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From the last place down, each value changes places with one at or before it.</summary>
    public void Shuffle(int[] values)
    {
        for (var last = values.Length - 1; last > 0; last--)
        {
            // The high half of the product: uniform over 0..last, but for a bias below 2^-32.
            var chosen = (int)Math.BigMul(Next(), (ulong)last + 1, out _);
            (values[last], values[chosen]) = (values[chosen], values[last]);
        }
    }
}
