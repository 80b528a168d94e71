using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>
/// Reads the elements of a tensor from bytes: little-endian, without gaps; a text is its length in 4 bytes and its UTF-8.
/// </summary>
internal static class BinaryTensor
{
    private const int LengthSize = 4;

    /// <param name="header">What it is.</param>
    /// <param name="bytes">Its elements and nothing else.</param>
    /// <exception cref="MeshException">They do not fit shape or datatype; says how.</exception>
    public static Tensor Read(TensorHeader header, ReadOnlySpan<byte> bytes)
    {
        var size = header.Datatype.Size();
        if (size == 0)
        {
            return new Tensor(header, null, ReadTexts(header, bytes));
        }

        if (bytes.Length != (long)header.Length * size)
        {
            throw header.Refused(
                $"has shape {header.ShapeText} of {header.Datatype.Name()}, which is {(long)header.Length * size} bytes, and "
                + $"{bytes.Length} bytes of data");
        }

        return new Tensor(header, ReadNumbers(header, bytes), null);
    }

    private static double[] ReadNumbers(TensorHeader header, ReadOnlySpan<byte> bytes)
    {
        var numbers = header.Datatype switch
        {
            Datatype.Bool or Datatype.Uint8 => Widen<byte>(bytes),
            Datatype.Uint16 => Widen<ushort>(bytes),
            Datatype.Uint32 => Widen<uint>(bytes),
            Datatype.Uint64 => Widen<ulong>(bytes),
            Datatype.Int8 => Widen<sbyte>(bytes),
            Datatype.Int16 => Widen<short>(bytes),
            Datatype.Int32 => Widen<int>(bytes),
            Datatype.Int64 => Widen<long>(bytes),
            Datatype.Fp16 => Widen<Half>(bytes),
            Datatype.Fp32 => Widen<float>(bytes),
            _ => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
        };
        if (header.Datatype is Datatype.Bool && bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is var wrong and >= 0)
        {
            throw header.Refused($"has an element that is no BOOL: byte {wrong} of its data is {bytes[wrong]}, not 0 or 1");
        }

        return numbers;
    }

    private static double[] Widen<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged, INumberBase<T>
    {
        var elements = MemoryMarshal.Cast<byte, T>(bytes);
        var numbers = new double[elements.Length];
        for (var element = 0; element < numbers.Length; element++)
        {
            numbers[element] = double.CreateTruncating(elements[element]);
        }

        return numbers;
    }

    private static string[] ReadTexts(TensorHeader header, ReadOnlySpan<byte> bytes)
    {
        // Each element takes the bytes of its length at least, whatever the shape says.
        if ((long)header.Length * LengthSize > bytes.Length)
        {
            throw Short(header, bytes.Length);
        }

        var texts = new string[header.Length];
        var left = bytes;
        for (var element = 0; element < texts.Length; element++)
        {
            if (left.Length < LengthSize || BinaryPrimitives.ReadUInt32LittleEndian(left) > left.Length - LengthSize)
            {
                throw Short(header, bytes.Length);
            }

            var text = left.Slice(LengthSize, (int)BinaryPrimitives.ReadUInt32LittleEndian(left));
            texts[element] = Utf8.IsValid(text)
                ? Encoding.UTF8.GetString(text)
                : throw header.Refused($"has a text that is not valid UTF-8: element {element}");
            left = left[(LengthSize + text.Length)..];
        }

        return left.IsEmpty
            ? texts
            : throw header.Refused($"has {left.Length} bytes of data after its {header.Length} elements");
    }

    private static MeshException Short(TensorHeader header, int length) => header.Refused(
        $"has shape {header.ShapeText}, which is {header.Length} elements, and its {length} bytes of data end before the last; "
        + "each text is its length in 4 bytes, little-endian, followed by its UTF-8");
}
