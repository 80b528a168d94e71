using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Skipper.Shared.Storage.Arrays;

/// <summary>
/// The beginning of a .npy file: a magic number, a version, and a Python dictionary with type, order and shape.
/// </summary>
/// <param name="Type">Type of the values.</param>
/// <param name="Shape">Sizes of the dimensions; all values together are at most <see cref="Array.MaxLength"/>.</param>
/// <param name="BigEndian">Whether the bytes of a value come most significant first.</param>
/// <param name="ColumnMajor">Whether the first dimension varies fastest.</param>
internal sealed partial record NpyHeader(NpyType Type, IReadOnlyList<int> Shape, bool BigEndian, bool ColumnMajor)
{
    private const int Alignment = 64;
    private const int LongestDictionary = 64 * 1024;
    private const int MostDimensions = 32;

    /// <summary>Whether the reader knows the shape from elsewhere, so that memory for all values may be taken at once.</summary>
    public bool IsExpected { get; init; }

    public int Count => Shape.Aggregate(1, (count, size) => count * size);

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static byte[] Create(NpyType type, IReadOnlyList<int> shape)
    {
        var sizes = string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        var dictionary =
            $"{{'descr': '{type.Descriptor}', 'fortran_order': False, 'shape': ({sizes}{(shape.Count == 1 ? "," : "")}), }}";
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

        var descriptor = type.Groups["type"].Value;
        var bigEndian = descriptor.StartsWith('>') || (descriptor.StartsWith('=') && !BitConverter.IsLittleEndian);

        // Objects are Python pickles, and reading a pickle runs code; structures are refused because nobody here makes them.
        var known = descriptor.Length > 1 && "<>=|".Contains(descriptor[0], StringComparison.Ordinal)
            ? NpyType.Find(descriptor[1..])
            : null;
        return new NpyHeader(
            known ?? throw new InvalidDataException(
                "Expected a .npy of float64, float32, int64, int32, uint16, uint8, bool or bytes (<f8, <f4, <i8, <i4, <u2, |u1, |b1, |S), "
                + $"found {descriptor}."),
            ParseShape(shape.Groups["shape"].Value),
            bigEndian,
            order.Groups["order"].Value == "True");
    }

    private static int[] ParseShape(string text)
    {
        var sizes = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shape = new int[sizes.Length];
        var count = 1L;
        var fits = sizes.Length <= MostDimensions;
        for (var i = 0; fits && i < sizes.Length; i++)
        {
            fits = int.TryParse(sizes[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]);
            count *= Math.Max(1, shape[i]);
            fits &= count <= Array.MaxLength;
        }

        return fits
            ? shape
            : throw new InvalidDataException(
                $"Expected a .npy of at most {MostDimensions} dimensions and {Array.MaxLength} values, found shape ({text}).");
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
