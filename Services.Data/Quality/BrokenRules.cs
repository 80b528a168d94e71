namespace Skipper.Services.Data.Quality;

/// <summary>Which rules the rows of a batch have broken so far, as bits; only rules that some check asks for are kept apart.</summary>
internal sealed class BrokenRules
{
    public const int MostNames = 64;

    private readonly Dictionary<string, int> _bits = new(StringComparer.Ordinal);
    private ulong[] _broken = [];
    private bool[] _rejected = [];

    public BrokenRules(IEnumerable<CheckRun> checks)
    {
        foreach (var name in checks.SelectMany(check =>
            check.Expectation.Unless.Concat((check.Test as ILateTest)?.ReferenceUnless ?? [])))
        {
            _bits.TryAdd(name, _bits.Count);
        }
    }

    public void Start(int count)
    {
        if (_broken.Length < count)
        {
            (_broken, _rejected) = (new ulong[count], new bool[count]);
        }

        _broken.AsSpan(0, count).Clear();
        _rejected.AsSpan(0, count).Clear();
    }

    public void Add(int row, string rule, bool isRejected)
    {
        _rejected[row] |= isRejected;
        if (_bits.TryGetValue(rule, out var bit))
        {
            _broken[row] |= 1UL << bit;
        }
    }

    public ulong Mask(IReadOnlyList<string> rules) => rules.Aggregate(0UL, (mask, rule) => mask | (1UL << _bits[rule]));

    public bool Has(int row, ulong mask) => (_broken[row] & mask) != 0;

    public ReadOnlySpan<bool> Rejected(int count) => _rejected.AsSpan(0, count);
}
