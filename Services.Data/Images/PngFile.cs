using System.Buffers.Binary;
using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Images;

/// <summary>The chunks of a PNG that decide about its pixels.</summary>
internal sealed class PngFile
{
    private const int LongestPalette = 256 * 3;

    private readonly List<ReadOnlyMemory<byte>> _data = [];
    private PngHeader? _header;

    private PngFile()
    {
    }

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    public PngHeader Header => _header!;

    /// <summary>Red, green and blue of each color; empty where there is no palette.</summary>
    public ReadOnlyMemory<byte> Palette { get; private set; }

    public Orientation Orientation { get; private set; } = Orientation.Upright;

    /// <summary>The compressed pixels, which chunks cut anywhere.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Data => _data;

    /// <summary>Reads the chunks; no pixel is decompressed yet.</summary>
    /// <exception cref="MeshException">Not a whole PNG.</exception>
    public static PngFile Read(ReadOnlyMemory<byte> bytes)
    {
        var file = new PngFile();
        var rest = bytes[Signature.Length..];
        while (file.Take(ref rest))
        {
        }

        if (file._data.Count == 0)
        {
            throw Wrong("it has no pixels");
        }

        return file.Header.Color != PngColor.Palette || !file.Palette.IsEmpty
            ? file
            : throw Wrong("its palette is missing");
    }

    public static MeshException Wrong(string what) => MeshException.InvalidArgument($"Expected a PNG file, but {what}.");

    /// <summary>Takes one chunk: length, type, content, checksum. False after the last one.</summary>
    private bool Take(ref ReadOnlyMemory<byte> rest)
    {
        var span = rest.Span;
        var length = span.Length < 12 ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(span);
        if (length > span.Length - 12)
        {
            throw Wrong("it is truncated: its last chunk is incomplete");
        }

        var type = span.Slice(4, 4);
        var content = rest.Slice(8, (int)length);
        var checksum = BinaryPrimitives.ReadUInt32BigEndian(span[(8 + (int)length)..]);
        rest = rest[(12 + (int)length)..];
        if (_header is null)
        {
            _header = type.SequenceEqual("IHDR"u8) ? PngHeader.Read(content.Span) : throw Wrong($"it begins with a chunk {Name(type)}");
            Check(span, checksum);
        }
        else if (type.SequenceEqual("PLTE"u8))
        {
            Palette = length is > 0 and <= LongestPalette && length % 3 == 0
                ? content
                : throw Wrong($"its palette has {length} bytes instead of 3 for each of at most 256 colors");
            Check(span, checksum);
        }
        else if (type.SequenceEqual("IDAT"u8))
        {
            // Its checksum is not looked at: the compressed stream has one over the pixels themselves.
            _data.Add(content);
        }
        else if (type.SequenceEqual("eXIf"u8))
        {
            Orientation = ExifReader.Orientation(content.Span);
        }
        else if (char.IsAsciiLetterUpper((char)type[0]))
        {
            return type.SequenceEqual("IEND"u8) ? false : throw Wrong($"a chunk {Name(type)} has no place there");
        }

        return true;
    }

    private static void Check(ReadOnlySpan<byte> chunk, uint expected)
    {
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(chunk);
        if (Checksum(chunk.Slice(4, length + 4)) != expected)
        {
            throw Wrong($"the checksum of its chunk {Name(chunk.Slice(4, 4))} is wrong: the file is damaged");
        }
    }

    /// <summary>CRC-32 bit by bit: what is checked has less than 800 bytes.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var value in bytes)
        {
            remainder ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                remainder = (remainder >> 1) ^ ((remainder & 1) * 0xEDB88320);
            }
        }

        return ~remainder;
    }

    /// <summary>A type is four letters; anything else is shown as hexadecimal digits.</summary>
    private static string Name(ReadOnlySpan<byte> type) =>
        type.IndexOfAnyExceptInRange((byte)'A', (byte)'z') < 0 ? Encoding.ASCII.GetString(type) : Convert.ToHexString(type);
}
