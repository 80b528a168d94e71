using System.Text.Json.Serialization;

namespace Skipper.Services.Data.Texts;

/// <summary>How terms are chosen and weighed; names and defaults are those of scikit-learn's TfidfVectorizer.</summary>
internal sealed record TfidfOptions
{
    public WordAnalyzer Analyzer { get; init; } = new();

    /// <summary>Terms of fewer texts are left out (<c>min_df</c>). Default: 1.</summary>
    public int MinTexts { get; init; } = 1;

    /// <summary>Terms of a larger share of the texts are left out (<c>max_df</c>). Default: 1.</summary>
    public double MaxShare { get; init; } = 1;

    /// <summary>Of more terms, the most frequent are kept (<c>max_features</c>); null = all.</summary>
    public int? MaxTerms { get; init; }

    /// <summary>Whether rare terms weigh more (<c>use_idf</c>). Default: true.</summary>
    public bool UseIdf { get; init; } = true;

    /// <summary>Whether one more text, with every term in it, is thought to be there (<c>smooth_idf</c>). Default: true.</summary>
    public bool SmoothIdf { get; init; } = true;

    /// <summary>Whether a term that comes n times counts 1 + ln n (<c>sublinear_tf</c>). Default: false.</summary>
    public bool SublinearTf { get; init; }

    [JsonConverter(typeof(JsonStringEnumConverter<VectorNorm>))]
    public VectorNorm Norm { get; init; } = VectorNorm.L2;
}

/// <summary>What was learnt from texts: the terms, and how much each weighs.</summary>
internal sealed record TfidfModel
{
    public required TfidfOptions Options { get; init; }

    /// <summary>One term a column, in the order of code points.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>Inverse document frequencies, one a term: ln(texts / texts with it) + 1; null where they are not used.</summary>
    public IReadOnlyList<double>? Idf { get; init; }
}
