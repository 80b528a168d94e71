namespace Skipper.Services.Data.Imports;

/// <summary>Where the cells of a record are in its bytes.</summary>
internal sealed class CsvCells
{
    private const byte Quote = (byte)'"';

    private Slot[] _slots = new Slot[32];
    private byte[] _unescaped = new byte[256];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    /// <param name="start">From the beginning of the record.</param>
    /// <param name="length">Without the quotes around it.</param>
    /// <param name="quoted">Whether it stands in quotes.</param>
    /// <param name="escaped">Whether quotes are doubled in it.</param>
    public void Add(int start, int length, bool quoted, bool escaped)
    {
        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
        }

        _slots[Count++] = new Slot(start, length, quoted, escaped);
    }

    public bool IsQuoted(int index) => _slots[index].Quoted;

    public bool IsEmpty(int index) => _slots[index] is { Length: 0, Quoted: false };

    /// <summary>The text of a cell, until the next is asked for.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> record, int index)
    {
        var slot = _slots[index];
        var bytes = record.Slice(slot.Start, slot.Length);
        return slot.Escaped ? Unescape(bytes) : bytes;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> bytes)
    {
        if (_unescaped.Length < bytes.Length)
        {
            _unescaped = new byte[bytes.Length * 2];
        }

        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            _unescaped[length++] = bytes[i];
            i += bytes[i] == Quote ? 1 : 0;
        }

        return _unescaped.AsSpan(0, length);
    }

    private readonly record struct Slot(int Start, int Length, bool Quoted, bool Escaped);
}
