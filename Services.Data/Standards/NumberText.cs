using System.Globalization;

namespace Skipper.Services.Data.Standards;

/// <summary>Numbers as data exchange writes them: ASCII digits, a dot, an exponent; no blanks, words or separators.</summary>
internal static class NumberText
{
    /// <summary>False for what is no such number, and for what is too large for a double.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out double number)
    {
        number = double.NaN;
        var i = Sign(text, 0);
        if (!Digits(text, ref i))
        {
            return false;
        }

        if (i < text.Length && text[i] == '.')
        {
            i++;
            if (!Digits(text, ref i))
            {
                return false;
            }
        }

        if (i < text.Length && text[i] is 'e' or 'E')
        {
            i = Sign(text, i + 1);
            if (!Digits(text, ref i))
            {
                return false;
            }
        }

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (i != text.Length
            || !double.TryParse(text, Styles, CultureInfo.InvariantCulture, out var parsed)
            || !double.IsFinite(parsed))
        {
            return false;
        }

        // Adding zero turns -0 into 0: they are the same value and must be the same content.
        number = parsed + 0.0;
        return true;
    }

    private static int Sign(ReadOnlySpan<char> text, int i) => i < text.Length && text[i] is '+' or '-' ? i + 1 : i;

    private static bool Digits(ReadOnlySpan<char> text, ref int i)
    {
        var start = i;
        while (i < text.Length && char.IsAsciiDigit(text[i]))
        {
            i++;
        }

        return i > start;
    }
}
