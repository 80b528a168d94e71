using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Skipper.Shared.Storage.Arrays;

/// <summary>Writes NumPy's .npy format, version 1.0, and reads versions 1.0 to 3.0 (numpy/lib/format.py).</summary>
public static class NpyFile
{
    /// <summary>Values are moved in blocks of this many, so that a header that lies about its shape costs no memory.</summary>
    private const int Block = 64 * 1024;

    /// <summary>Writes a row-major float64 matrix.</summary>
    public static void Write(Stream stream, Matrix matrix) =>
        Write<double>(stream, matrix.Values, matrix.Rows, matrix.Columns);

    /// <summary>Writes values in row-major order.</summary>
    /// <typeparam name="T">A type that <see cref="NpyArray"/> knows, but for text.</typeparam>
    /// <param name="stream">Written forward only.</param>
    /// <param name="values">As many as the shape says.</param>
    /// <param name="shape">Sizes of the dimensions; none = a single value.</param>
    public static void Write<T>(Stream stream, T[] values, params ReadOnlySpan<int> shape)
        where T : unmanaged => Write(stream, new NpyArray(values, shape));

    /// <summary>Writes an array.</summary>
    public static void Write(Stream stream, NpyArray array)
    {
        stream.Write(NpyHeader.Create(array.Type, array.Shape));
        switch (array.Values)
        {
            case double[] values: WriteValues(stream, values); break;
            case float[] values: WriteValues(stream, values); break;
            case long[] values: WriteValues(stream, values); break;
            case int[] values: WriteValues(stream, values); break;
            case ushort[] values: WriteValues(stream, values); break;
            case byte[] values: stream.Write(values); break;
            case bool[] values: WriteValues(stream, values); break;
            case string[] values: WriteTexts(stream, values, array.Type.ItemSize); break;
        }
    }

    /// <summary>Reads a float64 or float32 matrix of one (a column) or two dimensions, in either order.</summary>
    /// <exception cref="InvalidDataException">Not such a file; says what was found.</exception>
    public static Matrix Read(Stream stream) => ReadMatrix(stream, NpyHeader.Read(stream));

    /// <summary>The same of a matrix whose shape is known, which takes no more memory than its values.</summary>
    /// <exception cref="InvalidDataException">Not such a file, or of another shape; says what was found.</exception>
    public static Matrix Read(Stream stream, int rows, int columns)
    {
        var header = NpyHeader.Read(stream);
        return header.Shape.SequenceEqual([rows, columns]) || (columns == 1 && header.Shape.SequenceEqual([rows]))
            ? ReadMatrix(stream, header with { IsExpected = true })
            : throw new InvalidDataException(
                $"Expected a .npy of shape ({rows}, {columns}), found ({string.Join(", ", header.Shape)}).");
    }

    private static Matrix ReadMatrix(Stream stream, NpyHeader header)
    {
        if (header.Type.Code is not ("f8" or "f4"))
        {
            throw new InvalidDataException($"Expected a .npy of float64 or float32 (<f8 or <f4), found {header.Type.Descriptor}.");
        }

        if (header.Shape.Count is not (1 or 2))
        {
            throw new InvalidDataException(
                $"Expected a .npy of one or two dimensions, found shape ({string.Join(", ", header.Shape)}).");
        }

        var array = ReadValues(stream, header);
        return new Matrix(
            array.Shape[0],
            array.Shape.Count == 2 ? array.Shape[1] : 1,
            array.Values as double[] ?? Array.ConvertAll(array.Get<float>(), value => (double)value));
    }

    /// <summary>Reads an array of any shape, in either order, of a type that <see cref="NpyArray"/> knows.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="largest">How many bytes of values are accepted. Default: as many as an array can have.</param>
    /// <exception cref="InvalidDataException">Not such a file, or a larger one; says what was found.</exception>
    public static NpyArray ReadArray(Stream stream, long largest = long.MaxValue)
    {
        var header = NpyHeader.Read(stream);
        return (long)header.Count * header.Type.ItemSize <= largest
            ? ReadValues(stream, header)
            : throw new InvalidDataException(
                $"Expected a .npy of at most {largest} bytes, found {header.Count} values of {header.Type.ItemSize} bytes.");
    }

    private static NpyArray ReadValues(Stream stream, NpyHeader header)
    {
        var values = header.Type.Code switch
        {
            "f8" => ReadNumbers<double>(stream, header),
            "f4" => ReadNumbers<float>(stream, header),
            "i8" => ReadNumbers<long>(stream, header),
            "i4" => ReadNumbers<int>(stream, header),
            "u2" => ReadNumbers<ushort>(stream, header),
            "u1" => ReadNumbers<byte>(stream, header),
            "b1" => Array.ConvertAll(ReadNumbers<byte>(stream, header), value => value != 0),
            _ => (Array)ReadTexts(stream, header),
        };
        if (stream.ReadByte() >= 0)
        {
            throw new InvalidDataException($"A .npy of shape ({string.Join(", ", header.Shape)}) ends later than its shape says.");
        }

        return new NpyArray(header.Type, values, header.Shape);
    }

    private static T[] ReadNumbers<T>(Stream stream, NpyHeader header)
        where T : unmanaged
    {
        var values = ReadBlocks<T>(stream, header, header.Count);
        if (header.BigEndian == BitConverter.IsLittleEndian)
        {
            SwapBytes<T>(values);
        }

        return header.ColumnMajor ? RowMajor.From(values, header.Shape) : values;
    }

    private static string[] ReadTexts(Stream stream, NpyHeader header)
    {
        var size = header.Type.ItemSize;
        var total = (long)header.Count * size;
        if (total > Array.MaxLength)
        {
            throw new InvalidDataException($"Expected a .npy of at most {Array.MaxLength} bytes of text, found {total}.");
        }

        var bytes = ReadBlocks<byte>(stream, header, (int)total);
        var texts = new string[header.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Encoding.Latin1.GetString(bytes, i * size, size).TrimEnd('\0');
        }

        return header.ColumnMajor ? RowMajor.From(texts, header.Shape) : texts;
    }

    private static T[] ReadBlocks<T>(Stream stream, NpyHeader header, int total)
        where T : unmanaged
    {
        var values = GC.AllocateUninitializedArray<T>(header.IsExpected ? total : Math.Min(total, Block));
        for (var start = 0; start < total;)
        {
            var count = Math.Min(Block, total - start);
            if (values.Length < start + count)
            {
                Array.Resize(ref values, (int)Math.Min(total, Math.Max(start + count, values.Length * 2L)));
            }

            var bytes = MemoryMarshal.AsBytes(values.AsSpan(start, count));
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read < bytes.Length)
            {
                throw new InvalidDataException(
                    $"A .npy of shape ({string.Join(", ", header.Shape)}) ends after "
                    + $"{start + (read / Unsafe.SizeOf<T>())} of {total} values.");
            }

            start += count;
        }

        return values;
    }

    private static void WriteValues<T>(Stream stream, T[] values)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian)
        {
            for (var start = 0; start < values.Length; start += Block)
            {
                stream.Write(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(Block, values.Length - start))));
            }

            return;
        }

        var swapped = (T[])values.Clone();
        SwapBytes<T>(swapped);
        stream.Write(MemoryMarshal.AsBytes<T>(swapped));
    }

    private static void WriteTexts(Stream stream, string[] values, int itemSize)
    {
        Span<byte> bytes = new byte[itemSize];
        foreach (var value in values)
        {
            bytes.Clear();
            Encoding.ASCII.GetBytes(value, bytes);
            stream.Write(bytes);
        }
    }

    private static void SwapBytes<T>(Span<T> values)
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        var bytes = MemoryMarshal.AsBytes(values);
        for (var start = 0; start < bytes.Length; start += size)
        {
            bytes.Slice(start, size).Reverse();
        }
    }
}
