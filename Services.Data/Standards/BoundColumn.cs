using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Standards;

/// <summary>A column of a standard and its places: in the canonical rows, and in those of a source; -1 = none.</summary>
internal sealed record BoundColumn(StandardColumn Declared, int Target, int UnitTarget, int Source, int UnitSource)
{
    public string SourceName(RowBatch source) => Source >= 0 ? source.Schema.Columns[Source].Name : Declared.From[0];

    /// <exception cref="MeshException">The source lacks a column that the standard requires.</exception>
    public static IReadOnlyList<BoundColumn> Bind(Standard standard, TableSchema source, TableSchema canonical)
    {
        List<BoundColumn> columns = [];
        List<string> absent = [];
        foreach (var column in standard.Columns)
        {
            var value = column.From.Select(source.IndexOf).FirstOrDefault(index => index >= 0, -1);
            var unit = column.UnitFrom is null ? -1 : source.IndexOf(column.UnitFrom);
            if (value < 0 && column.Required)
            {
                absent.Add(string.Join(" or ", column.From));
            }
            else if (value >= 0 && column.UnitFrom is not null && unit < 0)
            {
                absent.Add(column.UnitFrom);
            }

            var unitTarget = column.UnitTo is null ? -1 : canonical.IndexOf(column.UnitTo);
            columns.Add(new BoundColumn(column, canonical.IndexOf(column.Name), unitTarget, value, unit));
        }

        return absent.Count == 0 ? columns : throw MeshException.InvalidArgument(
            $"The standard '{standard.Name}' needs columns that the source does not have: {string.Join(", ", absent)}. "
            + $"It has: {string.Join(", ", source.Columns.Select(column => column.Name))}.");
    }

    /// <summary>What the source calls each canonical column that it has.</summary>
    public static Dictionary<string, string> SourceNames(IEnumerable<BoundColumn> columns, TableSchema source)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in columns.Where(column => column.Source >= 0))
        {
            names[column.Declared.Name] = source.Columns[column.Source].Name;
            if (column is { UnitSource: >= 0, Declared.UnitTo: { } unit })
            {
                names[unit] = source.Columns[column.UnitSource].Name;
            }
        }

        return names;
    }
}
