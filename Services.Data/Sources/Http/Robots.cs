using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>
/// What a site lets robots read, as RFC 9309 says: of the rules that match, the longest counts; of two alike the allowing
/// one.
/// </summary>
internal sealed class Robots
{
    private const int MaxBytes = 512 * 1024;
    private const int MaxRules = 10_000;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly List<(string Path, bool Allow)> _rules = [];

    public static Robots AllowAll { get; } = new();

    public static Robots DisallowAll { get; } = new() { _rules = { ("/", false) } };

    /// <summary>How long to wait between two requests; not in the RFC, but widely written.</summary>
    public TimeSpan? CrawlDelay { get; private set; }

    /// <param name="text">The file; what is beyond its first 512 KiB is not read.</param>
    /// <param name="agent">Product name of the robot, lower case.</param>
    public static Robots Parse(ReadOnlySpan<byte> text, string agent)
    {
        var (own, any) = (new Robots(), new Robots());
        var (isOwn, isAny, hasOwn, inNames) = (false, false, false, false);
        foreach (var raw in Encoding.UTF8.GetString(text[..Math.Min(text.Length, MaxBytes)]).Split('\n', '\r'))
        {
            var line = raw.Split('#')[0];
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                continue;
            }

            var (name, value) = (line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
            if (name == "user-agent")
            {
                if (!inNames)
                {
                    (isOwn, isAny) = (false, false);
                }

                inNames = true;
                isAny |= value == "*";
                isOwn |= value.Equals(agent, StringComparison.OrdinalIgnoreCase);
                hasOwn |= isOwn;
                continue;
            }

            inNames = false;
            if (isOwn)
            {
                own.Add(name, value);
            }

            if (isAny)
            {
                any.Add(name, value);
            }
        }

        return hasOwn ? own : any;
    }

    public bool Allows(string pathAndQuery)
    {
        var (best, allow) = (-1, true);
        foreach (var rule in _rules)
        {
            if ((rule.Path.Length > best || (rule.Path.Length == best && rule.Allow)) && Matches(rule.Path, pathAndQuery))
            {
                (best, allow) = (rule.Path.Length, rule.Allow);
            }
        }

        return allow;
    }

    private void Add(string name, string value)
    {
        if (name is "allow" or "disallow" && value.Length > 0 && _rules.Count < MaxRules)
        {
            _rules.Add((value, name == "allow"));
        }
        else if (name == "crawl-delay"
            && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e6)
        {
            var delay = TimeSpan.FromSeconds(seconds);
            CrawlDelay = delay < LongestDelay ? delay : LongestDelay;
        }
    }

    /// <summary>A prefix, in which * is anything and $ at the end the end.</summary>
    private static bool Matches(string rule, string path)
    {
        if (!rule.Contains('*', StringComparison.Ordinal) && !rule.EndsWith('$'))
        {
            return path.StartsWith(rule, StringComparison.Ordinal);
        }

        var isWhole = rule.EndsWith('$');
        var pattern = Regex.Escape(isWhole ? rule[..^1] : rule).Replace(@"\*", ".*", StringComparison.Ordinal);
        return Regex.IsMatch(path, $@"\A{pattern}{(isWhole ? @"\z" : "")}", RegexOptions.NonBacktracking | RegexOptions.Singleline);
    }
}
