namespace Skipper.Shared.Engines.Transforms;

/// <summary>The place of the value's category, from 0. A missing value stays missing.</summary>
public sealed record OrdinalTransform : ColumnTransform
{
    private Categories? _places;

    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Whether a value that the training part did not have is refused; else it is -1.</summary>
    public bool RefuseUnknown { get; init; }

    public override bool TakesTexts => true;

    public override void Apply(string column, CellValue value, Span<CellValue> results)
    {
        var places = _places ??= new Categories(Names);
        results[0] = value.IsMissing ? value : CellValue.Of(places.Find(column, value, RefuseUnknown));
    }
}
