using Skipper.Shared.Declarations;

namespace Skipper.Cli.Arguments;

/// <summary>What was probably meant.</summary>
internal static class Guess
{
    /// <summary>A question to append to a message: the only name that begins so, else the nearest; empty where none is near.</summary>
    public static string Of(string name, IEnumerable<string> known)
    {
        var all = known.ToList();
        var begun = name.Length > 1 ? all.Where(candidate => candidate.StartsWith(name, StringComparison.Ordinal)).ToList() : [];
        return begun is [var one] ? $" Did you mean '{one}'?" : Nearest.Suggest(name, all);
    }
}
