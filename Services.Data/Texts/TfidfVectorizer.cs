namespace Skipper.Services.Data.Texts;

/// <summary>Weighs the terms of texts by what was learnt from other texts; terms that were not there then do not count.</summary>
internal sealed class TfidfVectorizer(TfidfModel model)
{
    private readonly Dictionary<string, int> _columns = model.Terms.Select((term, column) => (term, column))
        .ToDictionary(entry => entry.term, entry => entry.column, StringComparer.Ordinal);

    public SparseRows CreateRows() => new(model.Terms.Count);

    /// <summary>Adds the row of a text.</summary>
    public void Add(SparseRows rows, string text)
    {
        var counts = new SortedDictionary<int, double>();
        foreach (var term in model.Options.Analyzer.Terms(text))
        {
            if (_columns.TryGetValue(term, out var column))
            {
                counts[column] = counts.GetValueOrDefault(column) + 1;
            }
        }

        var row = rows.Add(counts);
        foreach (var (place, column) in counts.Keys.Index())
        {
            var count = model.Options.SublinearTf ? Math.Log(row[place]) + 1 : row[place];
            row[place] = model.Idf is { } idf ? count * idf[column] : count;
        }

        model.Options.Norm.Apply(row);
    }
}
