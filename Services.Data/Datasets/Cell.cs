using System.Globalization;

namespace Skipper.Services.Data.Datasets;

/// <summary>What a cell of a CSV file is.</summary>
internal enum CellKind
{
    Missing,
    Number,

    /// <summary>A number that cannot be computed with: NaN, an infinity, or too large for a double.</summary>
    NotFinite,
    Text,
}

/// <summary>A cell, read once, the same way in every culture.</summary>
internal readonly record struct Cell(CellKind Kind, double Number)
{
    private static readonly string[] NotFinite = ["nan", "inf", "infinity", "\u221e"];

    public static Cell Read(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty)
        {
            return new Cell(CellKind.Missing, double.NaN);
        }

        var unsigned = trimmed[0] is '+' or '-' ? trimmed[1..] : trimmed;
        foreach (var word in NotFinite)
        {
            if (unsigned.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return new Cell(CellKind.NotFinite, double.NaN);
            }
        }

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(trimmed, Styles, CultureInfo.InvariantCulture, out var number))
        {
            return new Cell(CellKind.Text, double.NaN);
        }

        // Adding zero turns -0 into 0: they are the same value and must be the same content.
        return double.IsFinite(number)
            ? new Cell(CellKind.Number, number + 0.0)
            : new Cell(CellKind.NotFinite, double.NaN);
    }
}
