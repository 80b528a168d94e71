namespace Skipper.Shared.Declarations;

/// <summary>Finds the name that was probably meant.</summary>
public static class Nearest
{
    /// <summary>A question to append to a message; empty where nothing is near.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        var (best, distance) = known.Select(candidate => (candidate, Distance(name, candidate))).DefaultIfEmpty(("", int.MaxValue))
            .MinBy(pair => pair.Item2);
        return distance <= (Math.Min(name.Length, best.Length) + 1) / 4 ? $" Did you mean '{best}'?" : "";
    }

    /// <summary>How many letters must be put in, left out, replaced, or exchanged with their neighbor (Damerau 1964).</summary>
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 8)
        {
            return int.MaxValue;
        }

        int[] before = [];
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, previous) = (previous, current);
        }

        return previous[right.Length];
    }
}
