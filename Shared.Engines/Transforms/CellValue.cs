namespace Skipper.Shared.Engines.Transforms;

/// <summary>One value of a row: a number or a text; neither is a missing value.</summary>
/// <param name="Number">NaN where it is a text, or missing.</param>
/// <param name="Text">Null where it is a number, or missing.</param>
public readonly record struct CellValue(double Number, string? Text)
{
    public static CellValue Missing { get; } = new(double.NaN, null);

    public bool IsMissing => Text is null && double.IsNaN(Number);

    public static CellValue Of(double number) => new(number, null);

    public static CellValue Of(string? text) => new(double.NaN, text);
}
