using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Texts;

/// <summary>Tidies texts before they are counted or cut into pieces.</summary>
internal sealed record TextCleaner
{
    private const char ByteOrderMark = '\uFEFF';

    // Where .NET runs without ICU, normalizing does nothing, silently.
    private static readonly bool CanNormalize = "\uFB01".Normalize(NormalizationForm.FormKC) == "fi";

    /// <summary>Composes characters: FormC leaves look-alikes alone, FormKC makes them one; null = as they are.</summary>
    public NormalizationForm? Form { get; init; }

    /// <summary>Whether control characters and byte order marks are removed, but for white space.</summary>
    public bool RemoveControls { get; init; }

    /// <summary>Whether white space of any kind becomes one space between words and none around the text.</summary>
    public bool CollapseSpaces { get; init; }

    public string Clean(string text)
    {
        var result = WellFormed(text);
        if (Form is { } form)
        {
            result = CanNormalize
                ? result.Normalize(form)
                : throw MeshException.FailedPrecondition(
                    "Texts cannot be normalized here because .NET runs without ICU: install libicu and unset InvariantGlobalization.");
        }

        if (RemoveControls)
        {
            result = string.Concat(result.Where(c => c != ByteOrderMark && (!char.IsControl(c) || char.IsWhiteSpace(c))));
        }

        return CollapseSpaces ? string.Join(' ', result.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : result;
    }

    /// <summary>The text with U+FFFD in place of every half of a surrogate pair, which no encoding can express.</summary>
    public static string WellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i++))
            {
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }
        }

        return text;
    }
}
