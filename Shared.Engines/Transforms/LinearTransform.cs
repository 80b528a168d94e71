namespace Skipper.Shared.Engines.Transforms;

/// <summary>
/// (value - center) / scale: z-score, min-max and robust scaling differ only in how the two were learned.
/// </summary>
public sealed record LinearTransform : ColumnTransform
{
    /// <summary>How it was learned: <c>z_score</c>, <c>min_max</c> or <c>robust</c>.</summary>
    public required string Method { get; init; }

    public required double Center { get; init; }

    /// <summary>More than 0.</summary>
    public required double Scale { get; init; }

    public override void Apply(string column, CellValue value, Span<CellValue> results) =>
        results[0] = CellValue.Of((value.Number - Center) / Scale);
}
