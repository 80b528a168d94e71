using System.Globalization;
using System.Text;

namespace Skipper.Services.Data.Imports;

/// <summary>What a cell is.</summary>
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
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>The powers of ten that a double holds exactly.</summary>
    private static readonly double[] PowersOfTen = [.. Enumerable.Range(0, 16).Select(power => Math.Pow(10, power))];

    /// <param name="text">UTF-8, trimmed.</param>
    public static Cell Read(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return new Cell(CellKind.Missing, double.NaN);
        }

        if (TryReadShort(text, out var number))
        {
            return new Cell(CellKind.Number, number);
        }

        if (IsNotFinite(text))
        {
            return new Cell(CellKind.NotFinite, double.NaN);
        }

        if (!MayBeNumber(text) || !double.TryParse(text, Styles, CultureInfo.InvariantCulture, out number))
        {
            return new Cell(CellKind.Text, double.NaN);
        }

        // Adding zero turns -0 into 0: they are the same value and must be the same content.
        return double.IsFinite(number) ? new Cell(CellKind.Number, number + 0.0) : new Cell(CellKind.NotFinite, double.NaN);
    }

    /// <summary>
    /// Up to fifteen digits with a point among them: digits and power of ten are exact doubles, so one division rounds correctly.
    /// </summary>
    private static bool TryReadShort(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        var negative = text[0] == '-';
        var i = negative || text[0] == '+' ? 1 : 0;
        if (text.Length - i is 0 or > 16)
        {
            return false;
        }

        var mantissa = 0L;
        var digits = 0;
        var point = -1;
        for (; i < text.Length; i++)
        {
            var digit = (uint)(text[i] - '0');
            if (digit <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                digits++;
            }
            else if (text[i] == '.' && point < 0)
            {
                point = digits;
            }
            else
            {
                return false;
            }
        }

        if (digits is 0 or > 15)
        {
            return false;
        }

        var value = point < 0 ? mantissa : mantissa / PowersOfTen[digits - point];
        number = negative && mantissa != 0 ? -value : value;
        return true;
    }

    private static bool MayBeNumber(ReadOnlySpan<byte> text) =>
        text[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.';

    private static bool IsNotFinite(ReadOnlySpan<byte> text)
    {
        var unsigned = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        return Ascii.EqualsIgnoreCase(unsigned, "nan"u8)
            || Ascii.EqualsIgnoreCase(unsigned, "inf"u8)
            || Ascii.EqualsIgnoreCase(unsigned, "infinity"u8)
            || unsigned.SequenceEqual("\u221e"u8);
    }
}
