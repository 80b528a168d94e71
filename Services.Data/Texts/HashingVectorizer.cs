using System.Text;

namespace Skipper.Services.Data.Texts;

/// <summary>
/// Counts terms in columns that a hash of the term gives, so that there is nothing to fit: the same columns, signs and values as
/// scikit-learn's HashingVectorizer.
/// </summary>
internal sealed record HashingVectorizer
{
    public const int MostColumns = 1 << 30;

    public WordAnalyzer Analyzer { get; init; } = new();

    /// <summary>How many columns. Default: 1,048,576.</summary>
    public int Columns { get; init; } = 1 << 20;

    /// <summary>Whether half of the terms, by their hash, count negatively, so that collisions cancel out. Default: true.</summary>
    public bool AlternateSign { get; init; } = true;

    public VectorNorm Norm { get; init; } = VectorNorm.L2;

    public SparseRows CreateRows() => new(Columns);

    /// <summary>Adds the row of a text.</summary>
    public void Add(SparseRows rows, string text)
    {
        var counts = new SortedDictionary<int, double>();
        foreach (var term in Analyzer.Terms(text))
        {
            var hash = MurmurHash3.Hash(Encoding.UTF8.GetBytes(term));
            var column = (int)(Math.Abs((long)hash) % Columns);
            counts[column] = counts.GetValueOrDefault(column) + (AlternateSign && hash < 0 ? -1 : 1);
        }

        Norm.Apply(rows.Add(counts));
    }
}
