using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>Columns that must be there, with their types, and, where strict, no others.</summary>
internal sealed class SchemaTest(RunContext context, IReadOnlyDictionary<string, ColumnKind?> required, bool isStrict)
    : ITableTest
{
    public IReadOnlyList<string> Columns { get; } = [.. required.Keys];

    public string Threshold => $"columns {string.Join(", ", required.Select(column => Describe(column.Key, column.Value)))}"
        + (isStrict ? " and no others" : "");

    public void Observe(RowBatch batch, ReadOnlySpan<bool> rejected)
    {
    }

    public TableResult Finish()
    {
        var found = context.Schema.Columns;
        List<string> wrong = [];
        foreach (var (name, kind) in required)
        {
            var index = context.Schema.IndexOf(name);
            if (index < 0)
            {
                wrong.Add($"no {name}");
            }
            else if (kind is not null && found[index].Kind != kind
                && (kind, found[index].Kind) is not (ColumnKind.Number, ColumnKind.Integer))
            {
                wrong.Add(Describe(name, found[index].Kind));
            }
        }

        if (isStrict)
        {
            wrong.AddRange(found.Where(column => !required.ContainsKey(column.Name)).Select(column => $"{column.Name} too"));
        }

        return new TableResult(
            wrong.Count == 0, wrong.Count == 0 ? "as expected" : string.Join(", ", wrong), required.Count, wrong.Count);
    }

    private static string Describe(string name, ColumnKind? kind) => kind is { } known ? $"{name} ({Quality.Columns.Name(known)})" : name;
}
