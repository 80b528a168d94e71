using System.Globalization;
using Spectre.Console;

namespace Skipper.Standalone.Demo;

/// <summary>
/// Prints a line of markup with its values escaped, in the same words whatever the machine's language.
/// </summary>
internal static class Screen
{
    public static void Print(FormattableString markup) =>
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, markup);
}
