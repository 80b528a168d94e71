namespace Skipper.Shared.Messaging.Contracts;

/// <summary>
/// How texts, one a line, become arrays. <c>kind</c> says which members count: <c>sentencepiece</c> (ids of pieces), <c>hashing</c> or
/// <c>tfidf</c> (sparse counts of terms).
/// </summary>
public sealed record TextRecipe
{
    /// <summary><c>sentencepiece</c>, <c>hashing</c> or <c>tfidf</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Digest of an artifact: the SentencePiece .model file, or what TF-IDF learnt before. Absent with <c>tfidf</c> = it learns from
    /// these texts, and the answer names the artifact.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>Composes characters first: <c>nfc</c> or <c>nfkc</c>; absent = they stay as they are.</summary>
    public string? Normalization { get; init; }

    /// <summary>Removes control characters first. Default: false.</summary>
    public bool RemoveControls { get; init; }

    /// <summary>Makes white space of any kind one space between words first. Default: false.</summary>
    public bool CollapseSpaces { get; init; }

    /// <summary>Replaces bytes that are not UTF-8 by U+FFFD; otherwise they are refused. Default: false.</summary>
    public bool ReplaceInvalid { get; init; }

    /// <summary>The most ids of a text, the rest is cut off (<c>sentencepiece</c>); absent = all.</summary>
    public int? MaxIds { get; init; }

    /// <summary>How many columns (<c>hashing</c>). Default: 1,048,576.</summary>
    public int? Columns { get; init; }

    /// <summary>Whether half of the terms count negatively (<c>hashing</c>). Default: true.</summary>
    public bool AlternateSign { get; init; } = true;

    /// <summary>What rows are divided by: <c>l1</c>, <c>l2</c> or <c>none</c>. Default: <c>l2</c>.</summary>
    public string Norm { get; init; } = "l2";

    /// <summary>Whether terms are in lower case. Default: true.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>Whether accents are removed from terms. Default: false.</summary>
    public bool StripAccents { get; init; }

    /// <summary>The fewest words of a term. Default: 1.</summary>
    public int MinWords { get; init; } = 1;

    /// <summary>The most words of a term, up to 5. Default: 1.</summary>
    public int MaxWords { get; init; } = 1;

    /// <summary>Terms of fewer texts are left out (<c>tfidf</c>). Default: 1.</summary>
    public int MinTexts { get; init; } = 1;

    /// <summary>Terms of a larger share of the texts are left out (<c>tfidf</c>). Default: 1.</summary>
    public double MaxShare { get; init; } = 1;

    /// <summary>Of more terms, the most frequent are kept (<c>tfidf</c>); absent = all.</summary>
    public int? MaxTerms { get; init; }

    /// <summary>Whether rare terms weigh more (<c>tfidf</c>). Default: true.</summary>
    public bool UseIdf { get; init; } = true;

    /// <summary>Whether one more text with every term in it is thought to be there (<c>tfidf</c>). Default: true.</summary>
    public bool SmoothIdf { get; init; } = true;

    /// <summary>Whether a term that comes n times counts 1 + ln n (<c>tfidf</c>). Default: false.</summary>
    public bool SublinearTf { get; init; }
}
