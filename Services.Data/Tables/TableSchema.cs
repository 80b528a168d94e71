namespace Skipper.Services.Data.Tables;

/// <summary>What a column holds; the names in contracts and files are those of <see cref="Datasets.ColumnTypes"/>.</summary>
internal enum ColumnKind
{
    Text,
    Integer,
    Number,
    Timestamp,
}

internal sealed record ColumnSchema(string Name, ColumnKind Kind);

/// <summary>The columns of a table, in order; names differ, also without regard to case.</summary>
internal sealed class TableSchema
{
    private readonly Dictionary<string, int> _index = new(StringComparer.OrdinalIgnoreCase);

    public TableSchema(IReadOnlyList<ColumnSchema> columns)
    {
        Columns = columns;
        for (var column = 0; column < columns.Count; column++)
        {
            _index.Add(columns[column].Name, column);
        }
    }

    public IReadOnlyList<ColumnSchema> Columns { get; }

    /// <summary>The place of a column, or -1.</summary>
    public int IndexOf(string name) => _index.GetValueOrDefault(name, -1);
}
