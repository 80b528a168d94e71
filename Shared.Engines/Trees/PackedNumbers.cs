using System.Buffers.Binary;

namespace Skipper.Shared.Engines.Trees;

/// <summary>A typed UBJ array, left in the file until somebody asks for it: it costs nothing, whatever its length.</summary>
internal sealed class PackedNumbers(byte marker, ReadOnlyMemory<byte> bytes)
{
    public int Length => bytes.Length / Size(marker);

    /// <summary>Bytes of one number; 0 where the marker is not that of a number.</summary>
    public static int Size(byte marker) => marker switch
    {
        (byte)'i' or (byte)'U' or (byte)'C' => 1,
        (byte)'I' => 2,
        (byte)'l' or (byte)'d' => 4,
        (byte)'L' or (byte)'D' => 8,
        _ => 0,
    };

    /// <summary>The number at the beginning, most significant byte first.</summary>
    public static double Read(byte marker, ReadOnlySpan<byte> from) => marker switch
    {
        (byte)'i' => (sbyte)from[0],
        (byte)'U' or (byte)'C' => from[0],
        (byte)'I' => BinaryPrimitives.ReadInt16BigEndian(from),
        (byte)'l' => BinaryPrimitives.ReadInt32BigEndian(from),
        (byte)'L' => BinaryPrimitives.ReadInt64BigEndian(from),
        (byte)'d' => BinaryPrimitives.ReadSingleBigEndian(from),
        _ => BinaryPrimitives.ReadDoubleBigEndian(from),
    };

    public static int ToInteger(double number, string name) => number is >= int.MinValue and <= int.MaxValue && double.IsInteger(number)
        ? (int)number
        : throw new InvalidDataException($"Expected '{name}' of the model to have whole numbers of 32 bits.");

    public float[] ToFloats()
    {
        var numbers = new float[Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)this[i];
        }

        return numbers;
    }

    public int[] ToIntegers(string name)
    {
        var numbers = new int[Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = ToInteger(this[i], name);
        }

        return numbers;
    }

    private double this[int index] => Read(marker, bytes.Span[(index * Size(marker))..]);
}
