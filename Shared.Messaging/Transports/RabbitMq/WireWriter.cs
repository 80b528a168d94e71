using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>Writes the few AMQP 0-9-1 data types that our properties need.</summary>
internal ref struct WireWriter(Span<byte> span)
{
    private const int LongestShortText = byte.MaxValue;
    private readonly Span<byte> _span = span;

    public int Written { get; private set; }

    public static int SizeOf(string shortText) => 1 + Encoding.UTF8.GetByteCount(shortText);

    /// <summary>A number written as short text.</summary>
    public static int SizeOfDigits(long number)
    {
        var size = 2;
        for (; number >= 10; number /= 10)
        {
            size++;
        }

        return size;
    }

    /// <summary>A header whose value is a number.</summary>
    public static int SizeOfNumber(string name) => SizeOf(name) + 1 + sizeof(long);

    /// <summary>A header whose value is text.</summary>
    public static int SizeOfText(string name, string value) =>
        SizeOf(name) + 1 + sizeof(uint) + Encoding.UTF8.GetByteCount(value);

    public void WriteByte(byte value) => _span[Written++] = value;

    public void WriteLength(int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_span[Written..], (uint)length);
        Written += sizeof(uint);
    }

    public void WriteShortText(string text)
    {
        var length = Encoding.UTF8.GetBytes(text, _span[(Written + 1)..]);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, LongestShortText, nameof(text));
        _span[Written] = (byte)length;
        Written += 1 + length;
    }

    public void WriteDigits(long number)
    {
        Utf8Formatter.TryFormat(number, _span[(Written + 1)..], out var length);
        _span[Written] = (byte)length;
        Written += 1 + length;
    }

    public void WriteHeader(string name, long value)
    {
        WriteShortText(name);
        WriteByte((byte)'l');
        BinaryPrimitives.WriteInt64BigEndian(_span[Written..], value);
        Written += sizeof(long);
    }

    public void WriteHeader(string name, string value)
    {
        WriteShortText(name);
        WriteByte((byte)'S');
        var length = Encoding.UTF8.GetBytes(value, _span[(Written + sizeof(uint))..]);
        WriteLength(length);
        Written += length;
    }
}
