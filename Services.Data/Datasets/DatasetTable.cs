using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Datasets;

/// <summary>The content of a dataset version: columns of the same length.</summary>
internal sealed record DatasetTable(IReadOnlyList<TableColumn> Columns, int RowCount);

/// <summary>One column; exactly one of <see cref="Numbers"/>, <see cref="Texts"/> and <see cref="Times"/> is there.</summary>
internal sealed record TableColumn(string Name, string Type)
{
    /// <summary>Values of a numeric column; NaN = missing.</summary>
    public double[]? Numbers { get; init; }

    /// <summary>Values of a text column; null = missing.</summary>
    public string?[]? Texts { get; init; }

    /// <summary>Values of a timestamp column: microseconds since 1970-01-01 UTC; <see cref="RowBatch.NoTime"/> = missing.</summary>
    public long[]? Times { get; init; }

    public int MissingCount =>
        Numbers?.Count(double.IsNaN) ?? Times?.Count(time => time == RowBatch.NoTime) ?? Texts!.Count(text => text is null);
}

/// <summary>Column types, as they stand in contracts.</summary>
internal static class ColumnTypes
{
    public const string Integer = "integer";
    public const string Number = "number";
    public const string Text = "text";
    public const string Timestamp = "timestamp";

    public static string NameOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => Integer,
        ColumnKind.Number => Number,
        ColumnKind.Timestamp => Timestamp,
        _ => Text,
    };

    /// <exception cref="InvalidDataException">There is no such type.</exception>
    public static ColumnKind KindOf(string name) => name switch
    {
        Integer => ColumnKind.Integer,
        Number => ColumnKind.Number,
        Timestamp => ColumnKind.Timestamp,
        Text => ColumnKind.Text,
        _ => throw new InvalidDataException($"A column is an integer, number, text or timestamp, found '{name}'."),
    };
}
