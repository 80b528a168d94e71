namespace Skipper.Shared.Engines.Transforms;

/// <summary>
/// Sine and cosine of a value that begins anew after a period, such as a direction or an hour: 359 and 1 degrees become neighbors.
/// </summary>
public sealed record CyclicalTransform : ColumnTransform
{
    /// <summary>What is taken from a timestamp, see <see cref="CalendarParts"/>; absent = the value is a number already.</summary>
    public string? Part { get; init; }

    /// <summary>After how much the value begins anew, in its own unit.</summary>
    public required double Period { get; init; }

    public override int Width => 2;

    public override IReadOnlyList<string> Suffixes => Part is null ? ["_sin", "_cos"] : [$"_{Part}_sin", $"_{Part}_cos"];

    public override void Apply(string column, CellValue value, Span<CellValue> results)
    {
        // The remainder is exact; the sine of a large angle would not be.
        var number = Part is null ? value.Number : CalendarParts.Read(Part, value.Number);
        var (sine, cosine) = Math.SinCos(2 * Math.PI * (Math.IEEERemainder(number, Period) / Period));
        (results[0], results[1]) = (CellValue.Of(sine), CellValue.Of(cosine));
    }
}
