namespace Skipper.Shared.Engines.Transforms;

/// <summary>Fills a missing value.</summary>
public sealed record ImputeTransform : ColumnTransform
{
    /// <summary>What numbers that are missing become; absent in a column of texts.</summary>
    public double? Number { get; init; }

    /// <summary>What texts that are missing become; absent in a column of numbers.</summary>
    public string? Text { get; init; }

    public override bool TakesTexts => Text is not null;

    public override bool GivesTexts => Text is not null;

    public override void Apply(string column, CellValue value, Span<CellValue> results) =>
        results[0] = value.IsMissing ? new CellValue(Number ?? double.NaN, Text) : value;
}
