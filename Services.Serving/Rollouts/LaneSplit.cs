namespace Skipper.Services.Serving.Rollouts;

/// <summary>
/// Which lane a key belongs to: weighted rendezvous hashing (Schindelhauer and Schomaker 2005). The same in every process, each lane gets
/// its part of all keys, and a change of one weight moves keys to or from that lane only.
/// </summary>
internal sealed class LaneSplit
{
    private readonly (ulong Seed, int Weight)[] _lanes;

    /// <param name="salt">Makes the split another one; rollouts differ in it so that not always the same keys try what is new.</param>
    /// <param name="lanes">Names and weights; a lane with weight 0 gets nothing.</param>
    public LaneSplit(string salt, IEnumerable<(string Name, int Weight)> lanes) =>
        _lanes = [.. lanes.Select(lane => (Hash($"{salt}/{lane.Name}"), lane.Weight))];

    /// <summary>The index of the lane.</summary>
    public int Choose(string key)
    {
        var hash = Hash(key);
        var (best, highest) = (0, double.NegativeInfinity);
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            var (seed, weight) = _lanes[lane];
            var score = weight > 0 ? weight / -Math.Log(Unit(hash ^ seed)) : double.NegativeInfinity;
            if (score > highest)
            {
                (best, highest) = (lane, score);
            }
        }

        return best;
    }

    // FNV-1a over UTF-16 units: nothing of the process or the machine is in it.
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 1099511628211UL;
        }

        return hash;
    }

    /// <summary>More than 0 and less than 1, evenly; mixed as SplitMix64 does (Steele, Lea and Flood 2014).</summary>
    private static double Unit(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        value ^= value >> 31;
        return ((value >> 11) + 0.5) / (1UL << 53);
    }
}
