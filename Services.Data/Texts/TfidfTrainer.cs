using System.Runtime.InteropServices;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Texts;

/// <summary>Learns terms and their weights from texts, one after the other, as scikit-learn's TfidfVectorizer does.</summary>
/// <param name="options">Which terms.</param>
/// <param name="mostTerms">How many different terms the memory has room for.</param>
internal sealed class TfidfTrainer(TfidfOptions options, int mostTerms = 5_000_000)
{
    private readonly Dictionary<string, Counts> _terms = new(StringComparer.Ordinal);
    private int _texts;

    public void Add(string text)
    {
        _texts++;
        foreach (var term in options.Analyzer.Terms(text))
        {
            ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_terms, term, out _);
            counts.Total++;
            if (counts.LastText != _texts)
            {
                counts.LastText = _texts;
                counts.Texts++;
            }
        }

        if (_terms.Count > mostTerms)
        {
            throw MeshException.InvalidArgument(
                $"The first {_texts} texts have more than {mostTerms} different terms: use the hashing vectorizer, or fewer texts.");
        }
    }

    /// <exception cref="MeshException">No term is left.</exception>
    public TfidfModel Finish()
    {
        var terms = _terms
            .Where(term => term.Value.Texts >= options.MinTexts && term.Value.Texts <= options.MaxShare * _texts)
            .OrderBy(term => term.Key, CodePointComparer.Instance)
            .ToList();
        if (options.MaxTerms < terms.Count)
        {
            var mostFrequent = NumPyOrder.Sort([.. terms.Select(term => -term.Value.Total)])[..options.MaxTerms.Value];
            Array.Sort(mostFrequent);
            terms = [.. mostFrequent.Select(place => terms[place])];
        }

        if (terms.Count == 0)
        {
            throw MeshException.InvalidArgument(
                $"No term of the {_texts} texts is left: expected words of two characters or more in at least {options.MinTexts} "
                + $"and in a share of at most {options.MaxShare} of them. Give more texts, or loosen the bounds.");
        }

        var added = options.SmoothIdf ? 1.0 : 0.0;
        return new TfidfModel
        {
            Options = options,
            Terms = [.. terms.Select(term => term.Key)],
            Idf = options.UseIdf
                ? [.. terms.Select(term => Math.Log((_texts + added) / (term.Value.Texts + added)) + 1)]
                : null,
        };
    }

    private struct Counts
    {
        public long Total;
        public int Texts;
        public int LastText;
    }
}
