namespace Skipper.Services.Data.Profiles;

/// <summary>
/// How often each text occurs, in bounded memory: exact for the first texts seen; those that come when there is no more room are
/// counted together.
/// </summary>
internal sealed class CategoryCounts
{
    public const int Capacity = 1000;

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    public long Count { get; private set; }

    /// <summary>Occurrences of texts that have no count of their own.</summary>
    public long Other { get; private set; }

    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Takes one text; null is a missing value and changes nothing.</summary>
    public void Add(string? text)
    {
        if (text is null)
        {
            return;
        }

        Count++;
        if (_counts.TryGetValue(text, out var count))
        {
            _counts[text] = count + 1;
        }
        else if (_counts.Count < Capacity)
        {
            _counts.Add(text, 1);
        }
        else
        {
            Other++;
        }
    }
}
