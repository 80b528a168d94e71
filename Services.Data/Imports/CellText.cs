namespace Skipper.Services.Data.Imports;

/// <summary>White space around the bytes of a cell: ASCII's, and the no-break space that spreadsheets write.</summary>
internal static class CellText
{
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        var (start, length) = Trim(text, 0, text.Length);
        return text.Slice(start, length);
    }

    public static (int Start, int Length) Trim(ReadOnlySpan<byte> text, int start, int length)
    {
        var end = start + length;
        while (start < end && text[start] <= ' ' && IsSpace(text[start]))
        {
            start++;
        }

        while (start < end && text[end - 1] <= ' ' && IsSpace(text[end - 1]))
        {
            end--;
        }

        if (end - start >= 2 && text[start] == 0xC2 && text[start + 1] == 0xA0)
        {
            return Trim(text, start + 2, end - start - 2);
        }

        return end - start >= 2 && text[end - 2] == 0xC2 && text[end - 1] == 0xA0
            ? Trim(text, start, end - start - 2)
            : (start, end - start);
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;
}
