using System.Buffers.Binary;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Images;

/// <summary>What a PNG's first chunk says of its pixels.</summary>
internal sealed record PngHeader(PixelSize Size, PngColor Color, int Depth, bool Interlaced)
{
    public const int Length = 13;

    private int Samples => Color switch
    {
        PngColor.Rgb => 3,
        PngColor.GrayAlpha => 2,
        PngColor.Rgba => 4,
        _ => 1,
    };

    /// <summary>Whole bytes from one pixel to the next, at least 1: what filters call the distance to the left.</summary>
    public int PixelBytes => Math.Max(1, Samples * Depth / 8);

    /// <summary>Bytes of a row of so many pixels, without its filter byte.</summary>
    public long RowBytes(int width) => (((long)width * Samples * Depth) + 7) / 8;

    /// <exception cref="MeshException">Not a header that the format allows.</exception>
    public static PngHeader Read(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length != Length)
        {
            throw PngFile.Wrong($"its header has {chunk.Length} bytes instead of {Length}");
        }

        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(chunk), BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]));
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            throw PngFile.Wrong($"it declares {width} x {height} pixels");
        }

        var (depth, color) = (chunk[8], (PngColor)chunk[9]);
        var allowed = color switch
        {
            PngColor.Gray => depth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => depth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GrayAlpha or PngColor.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!allowed || chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1)
        {
            throw PngFile.Wrong(
                $"there is no color type {chunk[9]} with {depth} bits, "
                + $"compression {chunk[10]}, filter {chunk[11]} and interlace {chunk[12]}");
        }

        return new PngHeader(new PixelSize((int)width, (int)height), color, depth, chunk[12] == 1);
    }
}

/// <summary>PNG's color types.</summary>
internal enum PngColor
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    Rgba = 6,
}
