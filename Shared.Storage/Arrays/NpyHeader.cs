using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Skipper.Shared.Storage.Arrays;

/// <summary>
/// The beginning of a .npy file: a magic number, a version, and a Python dictionary with type, order and shape.
/// </summary>
internal sealed partial record NpyHeader(int Rows, int Columns, int ItemSize, bool BigEndian, bool ColumnMajor)
{
    private const int Alignment = 64;
    private const int LongestDictionary = 64 * 1024;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static byte[] Create(int rows, int columns)
    {
        var dictionary = string.Create(
            CultureInfo.InvariantCulture, $"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
        var prefix = Magic.Length + 4;
        var length = (prefix + dictionary.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        header[6] = 1;
        header[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), checked((ushort)(length - prefix)));
        Encoding.ASCII.GetBytes(dictionary, header.AsSpan(prefix));
        header[^1] = (byte)'\n';
        return header;
    }

    public static NpyHeader Read(Stream stream)
    {
        var start = Take(stream, 8);
        if (!start.AsSpan(0, 6).SequenceEqual(Magic))
        {
            throw new InvalidDataException($"Expected a .npy file, which begins with \\x93NUMPY, found {Convert.ToHexString(start)}.");
        }

        var length = start[6] switch
        {
            1 => BinaryPrimitives.ReadUInt16LittleEndian(Take(stream, 2)),
            2 or 3 => BinaryPrimitives.ReadUInt32LittleEndian(Take(stream, 4)),
            var other => throw new InvalidDataException($"Expected .npy version 1, 2 or 3, found {other}."),
        };
        if (length > LongestDictionary)
        {
            throw new InvalidDataException($"A .npy header has at most {LongestDictionary} bytes, found {length}.");
        }

        return Parse(Encoding.UTF8.GetString(Take(stream, (int)length)));
    }

    public double Value(ReadOnlySpan<byte> bytes) => (ItemSize, BigEndian) switch
    {
        (8, false) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (8, true) => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        (_, false) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (_, true) => BinaryPrimitives.ReadSingleBigEndian(bytes),
    };

    private static NpyHeader Parse(string dictionary)
    {
        var type = TypeMember().Match(dictionary);
        var order = OrderMember().Match(dictionary);
        var shape = ShapeMember().Match(dictionary);
        if (!type.Success || !order.Success || !shape.Success)
        {
            throw new InvalidDataException(
                $"Expected a .npy header with descr, fortran_order and shape, found {dictionary.TrimEnd()}.");
        }

        var (itemSize, bigEndian) = type.Groups["type"].Value switch
        {
            "<f8" => (8, false),
            "<f4" => (4, false),
            ">f8" => (8, true),
            ">f4" => (4, true),
            "=f8" => (8, !BitConverter.IsLittleEndian),
            "=f4" => (4, !BitConverter.IsLittleEndian),
            // Objects are Python pickles, and reading a pickle runs code.
            var other => throw new InvalidDataException($"Expected a .npy of float64 or float32 (<f8 or <f4), found {other}."),
        };
        var (rows, columns) = ParseShape(shape.Groups["shape"].Value);
        return new NpyHeader(rows, columns, itemSize, bigEndian, order.Groups["order"].Value == "True");
    }

    private static (int Rows, int Columns) ParseShape(string text)
    {
        var sizes = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (sizes.Length is 1 or 2
            && int.TryParse(sizes[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            && int.TryParse(sizes.ElementAtOrDefault(1) ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            && (long)rows * columns <= Array.MaxLength)
        {
            return (rows, columns);
        }

        throw new InvalidDataException(
            $"Expected a .npy of one or two dimensions with at most {Array.MaxLength} values, found shape ({text}).");
    }

    private static byte[] Take(Stream stream, int count)
    {
        var bytes = new byte[count];
        var read = stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        return read == count
            ? bytes
            : throw new InvalidDataException($"Expected a .npy file, found only {read} of {count} bytes in its header.");
    }

    [GeneratedRegex("['\"]descr['\"]\\s*:\\s*(?:['\"](?<type>[^'\"]*)['\"]|(?<type>\\[.*\\]))")]
    private static partial Regex TypeMember();

    [GeneratedRegex("['\"]fortran_order['\"]\\s*:\\s*(?<order>True|False)")]
    private static partial Regex OrderMember();

    [GeneratedRegex("['\"]shape['\"]\\s*:\\s*\\((?<shape>[^)]*)\\)")]
    private static partial Regex ShapeMember();
}
