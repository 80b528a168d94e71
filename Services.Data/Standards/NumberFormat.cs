namespace Skipper.Services.Data.Standards;

/// <summary>Which number a range such as <c>5 to 10</c> stands for.</summary>
internal enum RangeRule
{
    /// <summary>None: it is no number.</summary>
    Refused,
    Lowest,
    Middle,
    Highest,
}

/// <summary>How a column writes its numbers; by default as <see cref="NumberText"/> reads them.</summary>
internal sealed record NumberFormat
{
    /// <summary>Longer texts are no numbers.</summary>
    private const int MostCharacters = 128;

    private static readonly string[] Separators = [" to ", "..", "\u2013", "-"];

    /// <summary>A comma stands where others have a dot; a dot is refused then, since nobody knows what it means.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>What stands for a unit behind the number, the longest first; empty = nothing may stand there.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    public RangeRule Ranges { get; init; }

    /// <summary>What is expected, in words.</summary>
    public string Expected
    {
        get
        {
            var point = DecimalComma ? ',' : '.';
            var units = Units.Count == 0 ? "" : $" {Units[^1]}";
            var range = Ranges is RangeRule.Refused ? "" : $" or 5 to 7{point}5{units}";
            return $"a number such as -1{point}5{units}{(Units.Count == 0 ? " or 2e3" : "")}{range}";
        }
    }

    /// <param name="text">Trimmed.</param>
    /// <param name="number">The number in the unit that is given.</param>
    /// <param name="unit">One of <see cref="Units"/> that stands behind it; null where none does.</param>
    public bool TryRead(ReadOnlySpan<char> text, out double number, out string? unit)
    {
        (number, unit) = (double.NaN, null);
        if (text.Length > MostCharacters)
        {
            return false;
        }

        foreach (var name in Units)
        {
            if (text.EndsWith(name, StringComparison.Ordinal))
            {
                unit = name;
                text = text[..^name.Length].TrimEnd();
                break;
            }
        }

        return TryReadOne(text, out number) || (Ranges is not RangeRule.Refused && TryReadRange(text, out number));
    }

    private bool TryReadOne(ReadOnlySpan<char> text, out double number)
    {
        if (!DecimalComma || !text.Contains(','))
        {
            number = double.NaN;
            return !(DecimalComma && text.Contains('.')) && NumberText.TryRead(text, out number);
        }

        Span<char> pointed = stackalloc char[text.Length];
        text.Replace(pointed, ',', '.');
        number = double.NaN;
        return !text.Contains('.') && NumberText.TryRead(pointed, out number);
    }

    private bool TryReadRange(ReadOnlySpan<char> text, out double number)
    {
        number = double.NaN;
        foreach (var separator in Separators)
        {
            // The first character may be the sign of the first number.
            var at = text.Length == 0 ? -1 : text[1..].IndexOf(separator, StringComparison.Ordinal) + 1;
            if (at <= 0)
            {
                continue;
            }

            if (!TryReadOne(text[..at].TrimEnd(), out var from) || !TryReadOne(text[(at + separator.Length)..].TrimStart(), out var to)
                || from > to)
            {
                return false;
            }

            number = Ranges switch
            {
                RangeRule.Lowest => from,
                RangeRule.Highest => to,
                _ => (from / 2) + (to / 2),
            };
            return true;
        }

        return false;
    }
}
