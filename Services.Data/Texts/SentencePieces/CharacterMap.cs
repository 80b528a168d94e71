using System.Buffers.Binary;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Texts.SentencePieces;

/// <summary>
/// Replacements of character sequences: a double-array trie over UTF-8 bytes, whose values are places in a text of
/// replacements that end with a zero.
/// </summary>
/// <remarks>
/// A unit of the trie has, from its lowest bit: 8 bits label, 1 bit "ends a key", 1 bit "offset is shifted by 8", 21 bits
/// offset; a value is a unit with its highest bit set (Yata, darts-clone).
/// </remarks>
internal sealed class CharacterMap
{
    private const uint ValueFlag = 1u << 31;

    private readonly uint[] _units;
    private readonly byte[] _replacements;

    private CharacterMap(uint[] units, byte[] replacements) => (_units, _replacements) = (units, replacements);

    /// <summary>Reads the size of the trie in bytes, the trie, the replacements; null where there is nothing.</summary>
    public static CharacterMap? Read(ReadOnlySpan<byte> blob)
    {
        if (blob.IsEmpty)
        {
            return null;
        }

        var size = blob.Length > 4 ? BinaryPrimitives.ReadUInt32LittleEndian(blob) : 0;
        if (size is 0 || size % 4 != 0 || size >= blob.Length - 4)
        {
            throw MeshException.InvalidArgument(
                $"Expected a SentencePiece model, found a character map of {blob.Length} bytes with a trie of {size}.");
        }

        var units = new uint[size / 4];
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob[(4 + (4 * i))..]);
        }

        return new CharacterMap(units, blob[(4 + (int)size)..].ToArray());
    }

    /// <summary>The longest sequence at the beginning of a text that is replaced, as a length in bytes; 0 = none.</summary>
    public int Match(ReadOnlySpan<byte> utf8, out ReadOnlySpan<byte> replacement)
    {
        var longest = 0;
        var value = 0;
        var node = Offset(_units[0]);
        for (var i = 0; i < utf8.Length; i++)
        {
            node ^= utf8[i];
            if (node >= _units.Length || (_units[node] & (ValueFlag | 0xFF)) != utf8[i])
            {
                break;
            }

            var unit = _units[node];
            node ^= Offset(unit);
            if ((unit & 0x100) != 0 && node < _units.Length)
            {
                longest = i + 1;
                value = (int)(_units[node] & ~ValueFlag);
            }
        }

        replacement = longest > 0 ? Replacement(value) : default;
        return longest;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);

    private ReadOnlySpan<byte> Replacement(int start)
    {
        if (start >= _replacements.Length)
        {
            throw MeshException.InvalidArgument("Expected a SentencePiece model, found a character map whose trie points outside of it.");
        }

        var rest = _replacements.AsSpan(start);
        return rest.IndexOf((byte)0) is var end and >= 0 ? rest[..end] : rest;
    }
}
