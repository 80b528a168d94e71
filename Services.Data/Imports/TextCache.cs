using System.Text;

namespace Skipper.Services.Data.Imports;

/// <summary>
/// Gives the same string for the same bytes where a column repeats itself, and stops trying where it does not.
/// </summary>
internal sealed class TextCache
{
    private const int Size = 1024;
    private const int Longest = 48;
    private const int Patience = 8 * Size;

    private readonly byte[]?[] _bytes = new byte[]?[Size];
    private readonly string[] _texts = new string[Size];
    private int _balance = Patience;

    public string Get(ReadOnlySpan<byte> text)
    {
        if (text.Length > Longest || _balance < 0)
        {
            return Encoding.UTF8.GetString(text);
        }

        var place = PlaceOf(text);
        if (_bytes[place] is { } known && text.SequenceEqual(known))
        {
            _balance = Math.Min(_balance + 1, Patience);
            return _texts[place];
        }

        _balance -= 2;
        _bytes[place] = text.ToArray();
        return _texts[place] = Encoding.UTF8.GetString(text);
    }

    private static int PlaceOf(ReadOnlySpan<byte> text)
    {
        var hash = (uint)text.Length;
        foreach (var value in text)
        {
            hash = (hash ^ value) * 16777619;
        }

        return (int)((hash ^ (hash >> 16)) % Size);
    }
}
