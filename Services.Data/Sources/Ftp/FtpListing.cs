using System.Globalization;
using System.Text.RegularExpressions;

namespace Skipper.Services.Data.Sources.Ftp;

/// <summary>A file of a folder. Its time is what the server wrote; it is compared, not read.</summary>
internal sealed record FtpFile(string Name, long Size, string Modified);

/// <summary>
/// Reads the listings of MLSD (RFC 3659) and of LIST as Unix writes it; lines that are no files of this folder are left
/// out.
/// </summary>
internal static partial class FtpListing
{
    public static FtpFile? ParseMachine(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            return null;
        }

        var facts = line[..space].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(fact => fact.Split('=', 2))
            .Where(fact => fact.Length == 2).GroupBy(fact => fact[0].ToLowerInvariant())
            .ToDictionary(fact => fact.Key, fact => fact.First()[1]);
        return facts.GetValueOrDefault("type")?.Equals("file", StringComparison.OrdinalIgnoreCase) is true
            ? Of(line[(space + 1)..], facts.GetValueOrDefault("size"), facts.GetValueOrDefault("modify") ?? "")
            : null;
    }

    public static FtpFile? ParseUnix(string line) =>
        UnixLine().Match(line) is { Success: true } match
            ? Of(match.Groups["name"].Value, match.Groups["size"].Value, match.Groups["time"].Value)
            : null;

    /// <summary>A name with * and ?.</summary>
    public static bool Matches(string pattern, string name) => Regex.IsMatch(
        name,
        $@"\A{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}\z",
        RegexOptions.NonBacktracking | RegexOptions.Singleline);

    /// <summary>A name that leads elsewhere, or into another command, is nobody's file.</summary>
    private static FtpFile? Of(string name, string? size, string modified) =>
        name is not ("" or "." or "..") && !name.Any(letter => letter is '/' or '\\' || char.IsControl(letter))
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new FtpFile(name, bytes, modified)
            : null;

    [GeneratedRegex(
        @"^-\S{9}\S?\s+\d+\s+\S+\s+(\S+\s+)?(?<size>\d+)\s+(?<time>\w{3}\s+\d{1,2}\s+(\d{2}:\d{2}|\d{4}))\s(?<name>.+)$",
        RegexOptions.NonBacktracking)]
    private static partial Regex UnixLine();
}
