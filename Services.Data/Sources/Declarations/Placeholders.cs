using System.Text.RegularExpressions;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Declarations;

/// <summary>
/// Texts with <c>{names}</c>, filled from an item, the cursor (<c>{since}</c>, <c>{until}</c>) and secrets
/// (<c>{secret.name}</c>).
/// </summary>
internal static partial class Placeholders
{
    public static IEnumerable<string> Names(string text) => Name().Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>Fills an address: every value is escaped, so that none changes where the address leads.</summary>
    public static string FillUrl(string text, Func<string, string?> value) =>
        Fill(text, name => Uri.EscapeDataString(Of(name, value)));

    public static string Fill(string text, Func<string, string?> value) =>
        Name().Replace(text, match => Of(match.Groups[1].Value, value));

    private static string Of(string name, Func<string, string?> value) => value(name)
        ?? throw MeshException.FailedPrecondition(
            $"There is no value for {{{name}}} of the source: an item, a lookup or a secret must give it.");

    [GeneratedRegex(@"\{([a-zA-Z_][a-zA-Z0-9_.-]{0,63})\}")]
    private static partial Regex Name();
}
