namespace Skipper.Shared.Engines.Transforms;

/// <summary>A number for each category: 1 for that of the value, 0 for the others. A missing value has only zeros.</summary>
public sealed record OneHotTransform : ColumnTransform
{
    private Categories? _places;

    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Whether a value that the training part did not have is refused; else it has only zeros.</summary>
    public bool RefuseUnknown { get; init; }

    public override bool TakesTexts => true;

    public override int Width => Names.Count;

    public override IReadOnlyList<string> Suffixes => [.. Names.Select(name => $"_{name}")];

    public override void Apply(string column, CellValue value, Span<CellValue> results)
    {
        results.Fill(CellValue.Of(0));
        var places = _places ??= new Categories(Names);
        if (!value.IsMissing && places.Find(column, value, RefuseUnknown) is >= 0 and var place)
        {
            results[place] = CellValue.Of(1);
        }
    }
}
