namespace Skipper.Shared.Engines;

/// <summary>Finds what somebody who mistyped a name probably meant.</summary>
public static class NearestName
{
    /// <summary>
    /// A known name that contains the given one, or else the one with the fewest edits (insert, delete, replace), ignoring case;
    /// null where nothing is known.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> known) => known
        .OrderByDescending(candidate => IsPart(name, candidate))
        .ThenBy(candidate => Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant()))
        .FirstOrDefault();

    // Names come from requests and may be of any length; beyond this prefix nothing is "near".
    private const int LongestCompared = 128;

    // One or two letters are part of too many names to mean anything.
    private static bool IsPart(string name, string candidate) =>
        name.Length > 2 && candidate.Contains(name, StringComparison.OrdinalIgnoreCase);

    private static int Distance(string left, string right)
    {
        left = left.Length > LongestCompared ? left[..LongestCompared] : left;
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
