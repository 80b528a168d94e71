namespace Skipper.Cli.Output;

/// <summary>Texts of others, made harmless: what a terminal would take for a command does not get there.</summary>
internal static class Plain
{
    /// <summary>On one line.</summary>
    public static string Line(string text) => Clean(text, character => char.IsControl(character));

    /// <summary>Line breaks stay.</summary>
    public static string Lines(string text) => Clean(text, character => char.IsControl(character) && character != '\n');

    private static string Clean(string text, Predicate<char> isBad) => text.Any(character => isBad(character))
        ? string.Create(text.Length, (text, isBad), static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = from.isBad(from.text[i]) ? ' ' : from.text[i];
            }
        })
        : text;
}
