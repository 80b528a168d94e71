using System.IO.Compression;

namespace Skipper.Services.Data.Images;

/// <summary>
/// Decodes every PNG of the specification: all color types and depths, palettes, interlacing. Gamma and color profiles are not
/// applied, as Pillow does not. Memory: the pixels and a few rows.
/// </summary>
internal static class PngDecoder
{
    // Deflate cannot make more than this of a byte.
    private const int HighestRatio = 1032;
    private const int BlockSize = 64 * 1024;

    /// <summary>Where the seven images of an interlaced one begin, and how far apart their pixels are.</summary>
    private static readonly (int Left, int Top, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int Left, int Top, int StepX, int StepY)[] Whole = [(0, 0, 1, 1)];

    public static RgbImage Decode(PngFile file)
    {
        var header = file.Header;
        var passes = header.Interlaced ? Adam7 : Whole;
        var promised = passes.Sum(pass => PassSize(header.Size, pass) is { Count: > 0 } size
            ? size.Height * (header.RowBytes(size.Width) + 1)
            : 0);
        var compressed = file.Data.Sum(segment => (long)segment.Length);
        if (promised > compressed * HighestRatio)
        {
            throw PngFile.Wrong($"it declares {header.Size} pixels and has only {compressed} bytes of them");
        }

        var image = new RgbImage(header.Size.Width, header.Size.Height);
        using var pixels = new ZLibStream(new SegmentStream(file.Data), CompressionMode.Decompress);
        var rows = new PngRows(file);
        try
        {
            foreach (var pass in passes)
            {
                Decode(pixels, header, rows, pass, image);
            }

            // At the end of the stream its checksum is compared.
            Span<byte> end = stackalloc byte[1];
            _ = pixels.Read(end);
        }
        catch (InvalidDataException exception)
        {
            throw PngFile.Wrong($"its pixels cannot be decompressed: {exception.Message.TrimEnd('.')}");
        }

        return image;
    }

    private static void Decode(
        ZLibStream pixels, PngHeader header, PngRows rows, (int Left, int Top, int StepX, int StepY) pass, RgbImage image)
    {
        var size = PassSize(image.Size, pass);
        if (size.Count == 0)
        {
            return;
        }

        // Several rows at a time, each behind its filter byte; the row above the first is kept from the block before.
        var length = checked((int)header.RowBytes(size.Width));
        var perBlock = Math.Clamp(BlockSize / (length + 1), 1, size.Height);
        var block = new byte[(perBlock * (length + 1)) + PngFilters.Slack];
        var above = new byte[length + PngFilters.Slack];
        var scratch = pass.StepX == 1 ? [] : new byte[size.Width * 3];
        for (var first = 0; first < size.Height; first += perBlock)
        {
            var count = Math.Min(perBlock, size.Height - first);
            Fill(pixels, block.AsSpan(0, count * (length + 1)), header.Size);
            ReadOnlySpan<byte> previous = above;
            for (var i = 0; i < count; i++)
            {
                var start = i * (length + 1);
                var row = block.AsSpan(start + 1, length + PngFilters.Slack);
                PngFilters.Undo(block[start], row, previous, header.PixelBytes);
                previous = row;
                var target = image.Row(pass.Top + ((first + i) * pass.StepY));
                if (pass.StepX == 1)
                {
                    rows.ToRgb(row[..length], target);
                    continue;
                }

                rows.ToRgb(row[..length], scratch);
                Scatter(scratch, target[(pass.Left * 3)..], pass.StepX * 3);
            }

            previous.CopyTo(above);
        }
    }

    private static void Fill(ZLibStream pixels, Span<byte> block, PixelSize size)
    {
        if (pixels.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) < block.Length)
        {
            throw PngFile.Wrong($"it is truncated: its pixels end before {size} of them");
        }
    }

    private static void Scatter(ReadOnlySpan<byte> pixels, Span<byte> target, int step)
    {
        for (int from = 0, to = 0; from < pixels.Length; from += 3, to += step)
        {
            pixels.Slice(from, 3).CopyTo(target[to..]);
        }
    }

    private static PixelSize PassSize(PixelSize size, (int Left, int Top, int StepX, int StepY) pass) => new(
        Math.Max(0, (size.Width - pass.Left + pass.StepX - 1) / pass.StepX),
        Math.Max(0, (size.Height - pass.Top + pass.StepY - 1) / pass.StepY));
}
