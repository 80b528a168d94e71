using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Skipper.Shared.Storage.Arrays;

/// <summary>Writes NumPy's .npy format, version 1.0, and reads versions 1.0 to 3.0 (numpy/lib/format.py).</summary>
public static class NpyFile
{
    /// <summary>
    /// Values are moved in blocks of this many, so that a header that lies about its shape costs no memory.
    /// </summary>
    private const int Block = 64 * 1024;

    /// <summary>Writes a row-major float64 matrix.</summary>
    public static void Write(Stream stream, Matrix matrix)
    {
        if (matrix.Values.Length != (long)matrix.Rows * matrix.Columns)
        {
            throw new ArgumentException(
                $"A matrix of {matrix.Rows} x {matrix.Columns} has {(long)matrix.Rows * matrix.Columns} values, "
                + $"found {matrix.Values.Length}.",
                nameof(matrix));
        }

        stream.Write(NpyHeader.Create(matrix.Rows, matrix.Columns));
        if (BitConverter.IsLittleEndian)
        {
            for (var start = 0; start < matrix.Values.Length; start += Block)
            {
                var count = Math.Min(Block, matrix.Values.Length - start);
                stream.Write(MemoryMarshal.AsBytes(matrix.Values.AsSpan(start, count)));
            }

            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(double)];
        foreach (var value in matrix.Values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    /// <summary>Reads a float64 or float32 matrix of one (a column) or two dimensions, in either order.</summary>
    /// <exception cref="InvalidDataException">Not such a file; says what was found.</exception>
    public static Matrix Read(Stream stream)
    {
        var header = NpyHeader.Read(stream);
        var values = ReadValues(stream, header);
        if (stream.ReadByte() >= 0)
        {
            throw new InvalidDataException($"A .npy of {header.Rows} x {header.Columns} values ends later than its shape says.");
        }

        return new Matrix(
            header.Rows, header.Columns, header.ColumnMajor ? Transpose(values, header.Rows, header.Columns) : values);
    }

    private static double[] ReadValues(Stream stream, NpyHeader header)
    {
        var total = header.Rows * header.Columns;
        var values = new double[Math.Min(total, Block)];
        var bytes = new byte[Math.Min(total, Block) * header.ItemSize];
        for (var start = 0; start < total;)
        {
            var count = Math.Min(Block, total - start);
            var expected = count * header.ItemSize;
            var read = stream.ReadAtLeast(bytes.AsSpan(0, expected), expected, throwOnEndOfStream: false);
            if (read < expected)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"A .npy of {header.Rows} x {header.Columns} values ends after {start + (read / header.ItemSize)} of {total}."));
            }

            if (values.Length < start + count)
            {
                Array.Resize(ref values, (int)Math.Min(total, Math.Max(start + count, values.Length * 2L)));
            }

            for (var i = 0; i < count; i++)
            {
                values[start + i] = header.Value(bytes.AsSpan(i * header.ItemSize));
            }

            start += count;
        }

        return values;
    }

    private static double[] Transpose(double[] values, int rows, int columns)
    {
        var result = new double[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                result[(row * columns) + column] = values[(column * rows) + row];
            }
        }

        return result;
    }
}
