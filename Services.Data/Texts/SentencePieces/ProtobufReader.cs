using System.Buffers.Binary;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Texts.SentencePieces;

/// <summary>
/// Reads the fields of one Protocol Buffers message in the order they stand in; a field that nobody reads is passed over.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private int _wireType;
    private bool _pending;

    /// <summary>Number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_pending)
        {
            Skip();
        }

        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = TakeVarint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        _wireType = (int)(tag & 7);
        _pending = true;
        return true;
    }

    /// <summary>Value of an integer, enumeration or boolean field.</summary>
    public long Integer()
    {
        Expect(0);
        return (long)TakeVarint();
    }

    /// <summary>Value of a float field.</summary>
    public float Single()
    {
        Expect(5);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
    }

    /// <summary>Value of a text, bytes or message field.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        Expect(2);
        return Take(TakeVarint());
    }

    private static MeshException Damaged(string reason) =>
        MeshException.InvalidArgument($"Expected a SentencePiece model, which is a Protocol Buffers message, found {reason}.");

    private void Expect(int wireType)
    {
        if (_wireType != wireType)
        {
            throw Damaged($"field {Field} with wire type {_wireType} in place of {wireType}");
        }

        _pending = false;
    }

    private void Skip()
    {
        _pending = false;
        switch (_wireType)
        {
            case 0: TakeVarint(); break;
            case 1: Take(8); break;
            case 2: Take(TakeVarint()); break;
            case 5: Take(4); break;
            default: throw Damaged($"wire type {_wireType}");
        }
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw Damaged($"a field of {length} bytes where {_rest.Length} are left");
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong TakeVarint()
    {
        var value = 0ul;
        for (var (shift, i) = (0, 0); i < _rest.Length && shift < 64; shift += 7, i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << shift;
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw Damaged("a number without an end");
    }
}
