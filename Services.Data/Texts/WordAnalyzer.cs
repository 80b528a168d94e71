using System.Text;

namespace Skipper.Services.Data.Texts;

/// <summary>
/// Turns a text into the terms that vectorizers count, as scikit-learn does by default (<c>analyzer="word"</c>, pattern
/// <c>(?u)\b\w\w+\b</c>).
/// </summary>
internal sealed record WordAnalyzer
{
    /// <summary>Whether terms are in lower case. Default: true.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>Whether accents are removed (<c>strip_accents="unicode"</c>). Default: false.</summary>
    public bool StripAccents { get; init; }

    /// <summary>The fewest words of a term. Default: 1.</summary>
    public int MinWords { get; init; } = 1;

    /// <summary>The most words of a term. Default: 1.</summary>
    public int MaxWords { get; init; } = 1;

    /// <summary>The terms in the order of the text, those of one word first.</summary>
    public IReadOnlyList<string> Terms(string text)
    {
        // scikit-learn's order, which matters: the lower case of a letter with accent may have more marks.
        var prepared = Lowercase ? PythonText.Lower(text) : text;
        var words = Words(StripAccents ? WithoutAccents(prepared) : prepared);
        if (MaxWords == 1)
        {
            return words;
        }

        var terms = new List<string>();
        for (var count = MinWords; count <= Math.Min(MaxWords, words.Count); count++)
        {
            for (var start = 0; start + count <= words.Count; start++)
            {
                terms.Add(string.Join(' ', words.GetRange(start, count)));
            }
        }

        return terms;
    }

    /// <summary>Runs of at least two characters that belong to words.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var (position, start, count) = (0, 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (PythonText.IsWord(rune))
            {
                count++;
            }
            else
            {
                End();
                start = position + rune.Utf16SequenceLength;
            }

            position += rune.Utf16SequenceLength;
        }

        End();
        return words;

        void End()
        {
            if (count > 1)
            {
                words.Add(text[start..position]);
            }

            count = 0;
        }
    }

    private static string WithoutAccents(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (var rune in TextCleaner.WellFormed(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (rune.IsAscii || !PythonText.IsCombining(rune))
            {
                result.Append(rune.ToString());
            }
        }

        return result.ToString();
    }
}
