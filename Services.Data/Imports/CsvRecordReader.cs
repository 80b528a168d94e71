using System.Buffers;
using System.Text;

namespace Skipper.Services.Data.Imports;

/// <summary>
/// Splits CSV: cells in quotes may hold delimiters, line ends and doubled quotes; lines end with LF, CRLF or CR; blank lines are left out.
/// </summary>
internal sealed class CsvRecordReader : RecordReader
{
    private const byte Quote = (byte)'"';
    private const string StrayQuote = "a quote stands inside a cell that is not quoted";

    private readonly byte _delimiter;
    private readonly bool _exact;
    private readonly SearchValues<byte> _special;
    private readonly CsvCells _cells = new();

    /// <param name="content">The text, in UTF-8 without a byte order mark.</param>
    /// <param name="delimiter">What stands between cells.</param>
    /// <param name="exact">White space and blank lines are content, as in canonical files.</param>
    public CsvRecordReader(Stream content, byte delimiter = (byte)',', bool exact = false)
        : base(content, exact ? 64 * LongestRecord : LongestRecord)
    {
        _delimiter = delimiter;
        _exact = exact;
        _special = SearchValues.Create([delimiter, Quote, (byte)'\n', (byte)'\r']);
    }

    /// <summary>The header, once it was taken; a reader without one has no names.</summary>
    public override IReadOnlyList<string> Names => Header;

    public IReadOnlyList<string> Header { get; set; } = [];

    public override int Count => _cells.Count;

    protected override bool IsBlank => !_exact && _cells.Count == 1 && _cells.IsEmpty(0);

    public bool IsQuoted(int index) => _cells.IsQuoted(index);

    public override ReadOnlySpan<byte> Cell(int index) => _cells.Text(Record, index);

    public override string[] Texts()
    {
        var texts = new string[Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Encoding.UTF8.GetString(Cell(i));
        }

        return texts;
    }

    protected override (int Length, int Lines) Parse(ReadOnlySpan<byte> text, bool atEnd)
    {
        _cells.Clear();
        var lines = 0;
        for (var position = 0; ;)
        {
            var end = IsQuotedAt(text, position, out var open)
                ? TakeQuoted(text, open, atEnd, ref lines)
                : TakePlain(text, position, atEnd);
            if (end < 0)
            {
                return (0, 0);
            }

            if (end == text.Length)
            {
                return (end, lines + 1);
            }

            position = end + 1;
            switch (text[end])
            {
                case (byte)'\n':
                    return (position, lines + 1);
                case (byte)'\r':
                    if (position == text.Length && !atEnd)
                    {
                        return (0, 0);
                    }

                    return (position < text.Length && text[position] == '\n' ? position + 1 : position, lines + 1);
            }
        }
    }

    private bool IsQuotedAt(ReadOnlySpan<byte> text, int position, out int open)
    {
        open = position;
        while (!_exact && open < text.Length && text[open] is (byte)' ' or (byte)'\t' && text[open] != _delimiter)
        {
            open++;
        }

        return open < text.Length && text[open] == Quote;
    }

    /// <summary>Takes the cell up to the delimiter or line end that follows, and returns the place of that; -1: it goes on.</summary>
    private int TakePlain(ReadOnlySpan<byte> text, int start, bool atEnd)
    {
        var end = start;
        while (true)
        {
            var next = text[end..].IndexOfAny(_special);
            if (next < 0)
            {
                if (!atEnd)
                {
                    return -1;
                }

                end = text.Length;
                break;
            }

            end += next;
            if (text[end] != Quote)
            {
                break;
            }

            Fault = StrayQuote;
            end++;
        }

        Add(text, start, end - start, quoted: false, escaped: false);
        return end;
    }

    private int TakeQuoted(ReadOnlySpan<byte> text, int open, bool atEnd, ref int lines)
    {
        var escaped = false;
        var close = open + 1;
        while (true)
        {
            var next = text[close..].IndexOf(Quote);
            if (next < 0 || (close + next + 1 == text.Length && !atEnd))
            {
                return -1;
            }

            close += next;
            if (close + 1 == text.Length || text[close + 1] != Quote)
            {
                break;
            }

            escaped = true;
            close += 2;
        }

        var inside = text[(open + 1)..close];
        lines += inside.Count((byte)'\n');
        Add(text, open + 1, inside.Length, quoted: true, escaped);

        // Nothing but white space may stand between the closing quote and what ends the cell.
        var rest = text[(close + 1)..].IndexOfAny(_special);
        if (rest < 0)
        {
            if (!atEnd)
            {
                return -1;
            }

            rest = text.Length - close - 1;
        }

        var behind = text.Slice(close + 1, rest);
        if (!CellText.Trim(behind).IsEmpty || (close + 1 + rest < text.Length && text[close + 1 + rest] == Quote))
        {
            Fault = StrayQuote;
            return SkipStray(text, close + 1 + rest, atEnd);
        }

        return close + 1 + rest;
    }

    /// <summary>The cell is spoiled anyway: it ends at the next delimiter or line end.</summary>
    private int SkipStray(ReadOnlySpan<byte> text, int position, bool atEnd)
    {
        while (position < text.Length && text[position] == Quote)
        {
            var next = text[(position + 1)..].IndexOfAny(_special);
            position = next < 0 ? text.Length : position + 1 + next;
        }

        return position == text.Length && !atEnd ? -1 : position;
    }

    private void Add(ReadOnlySpan<byte> text, int start, int length, bool quoted, bool escaped)
    {
        if (!_exact)
        {
            (start, length) = CellText.Trim(text, start, length);
        }

        _cells.Add(start, length, quoted, escaped);
    }
}
