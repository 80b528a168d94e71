namespace Skipper.Services.Data.Datasets;

/// <summary>The content of a dataset version: columns of the same length.</summary>
internal sealed record DatasetTable(IReadOnlyList<TableColumn> Columns, int RowCount);

/// <summary>One column; exactly one of <see cref="Numbers"/> and <see cref="Texts"/> is there.</summary>
internal sealed record TableColumn(string Name, string Type)
{
    /// <summary>Values of a numeric column; NaN = missing.</summary>
    public double[]? Numbers { get; init; }

    /// <summary>Values of a text column; null = missing.</summary>
    public string?[]? Texts { get; init; }

    public int MissingCount => Numbers?.Count(double.IsNaN) ?? Texts!.Count(text => text is null);
}

/// <summary>Column types, as they stand in contracts.</summary>
internal static class ColumnTypes
{
    public const string Integer = "integer";
    public const string Number = "number";
    public const string Text = "text";
}
