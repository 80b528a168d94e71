using System.Buffers;
using System.Globalization;
using System.Text;

namespace Skipper.Services.Data.Texts;

/// <summary>What Python's <c>str</c>, <c>re</c> and <c>unicodedata</c> say of characters where .NET says otherwise.</summary>
internal static class PythonText
{
    private const char CapitalSigma = 'Σ';

    // The character with the highest combining class: put before another that combines, normalization swaps the two.
    private const string HighestClass = "\u0345";

    // Punctuation that may stand within a word, as in "o'clock": Unicode's property Case_Ignorable but for whole categories.
    private static readonly SearchValues<char> WithinWords = SearchValues.Create(
        "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A");

    /// <summary><c>str.lower()</c>: Unicode's full mapping, where .NET has that of single characters.</summary>
    public static string Lower(string text)
    {
        var lower = text.ToLowerInvariant();
        if (!text.AsSpan().ContainsAny('\u0130', CapitalSigma))
        {
            return lower;
        }

        var result = new StringBuilder(text.Length + 4);
        for (var i = 0; i < text.Length; i++)
        {
            _ = text[i] switch
            {
                '\u0130' => result.Append("i\u0307"),
                CapitalSigma => result.Append(EndsWord(text, i) ? 'ς' : 'σ'),
                _ => result.Append(lower[i]),
            };
        }

        return result.ToString();
    }

    /// <summary>
    /// <c>\w</c>: letters, numbers of every kind and the underscore. .NET's has marks too, but of numbers only decimal digits.
    /// </summary>
    public static bool IsWord(Rune rune) => rune.IsAscii
        ? char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '_'
        : Rune.IsLetter(rune) || Rune.IsNumber(rune);

    /// <summary>Whether <c>unicodedata.combining()</c> is not 0, as it is for accents that follow their letter.</summary>
    public static bool IsCombining(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark
        && (rune.Value == HighestClass[0] || (HighestClass + rune).Normalize(NormalizationForm.FormD)[0] != HighestClass[0]);

    /// <summary>
    /// Whether a letter is the last of a word of several: the nearest character before it that counts has case, the nearest after it
    /// has none.
    /// </summary>
    private static bool EndsWord(string text, int index)
    {
        var hasCaseBefore = false;
        for (var before = text.AsSpan(0, index); !before.IsEmpty;)
        {
            _ = Rune.DecodeLastFromUtf16(before, out var rune, out var length);
            if (!IsIgnored(rune))
            {
                hasCaseBefore = HasCase(rune);
                break;
            }

            before = before[..^length];
        }

        if (!hasCaseBefore)
        {
            return false;
        }

        foreach (var rune in text.AsSpan(index + 1).EnumerateRunes())
        {
            if (!IsIgnored(rune))
            {
                return !HasCase(rune);
            }
        }

        return true;
    }

    private static bool IsIgnored(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || (rune.IsBmp && WithinWords.Contains((char)rune.Value));

    private static bool HasCase(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9)
            or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
