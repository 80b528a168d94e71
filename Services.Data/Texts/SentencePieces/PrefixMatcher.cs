namespace Skipper.Services.Data.Texts.SentencePieces;

/// <summary>Finds the longest of some texts that another text begins with.</summary>
internal sealed class PrefixMatcher<T>
    where T : unmanaged, IEquatable<T>
{
    private readonly Dictionary<T, T[][]> _byFirst;

    public PrefixMatcher(IEnumerable<T[]> texts) => _byFirst = texts.GroupBy(text => text[0]).ToDictionary(
        group => group.Key, group => group.OrderByDescending(text => text.Length).ToArray());

    /// <summary>Its length; 0 = none.</summary>
    public int Match(ReadOnlySpan<T> text)
    {
        if (_byFirst.TryGetValue(text[0], out var candidates))
        {
            foreach (var candidate in candidates)
            {
                if (text.StartsWith(candidate))
                {
                    return candidate.Length;
                }
            }
        }

        return 0;
    }
}
