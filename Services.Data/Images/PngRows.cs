namespace Skipper.Services.Data.Images;

/// <summary>Turns rows of any PNG color type to three bytes a pixel. Alpha is dropped, of 16 bits the upper 8 are kept.</summary>
internal sealed class PngRows
{
    private readonly PngHeader _header;
    private readonly byte[] _colors;

    public PngRows(PngFile file)
    {
        _header = file.Header;
        _colors = _header.Depth > 8 || _header.Color is not (PngColor.Gray or PngColor.Palette) ? [] : Colors(file);
    }

    /// <param name="row">A restored row.</param>
    /// <param name="target">Three bytes for each of its pixels.</param>
    public void ToRgb(ReadOnlySpan<byte> row, Span<byte> target)
    {
        switch (_header.Color)
        {
            case PngColor.Rgb when _header.Depth == 8:
                row.CopyTo(target);
                break;
            case PngColor.Rgb or PngColor.Rgba:
                Pick(row, target, _header.PixelBytes, _header.Depth / 8);
                break;
            case PngColor.GrayAlpha or PngColor.Gray when _colors.Length == 0:
                Pick(row, target, _header.PixelBytes, 0);
                break;
            default:
                LookUp(row, target);
                break;
        }
    }

    /// <summary>The first byte of three samples that are <paramref name="step"/> apart.</summary>
    private static void Pick(ReadOnlySpan<byte> row, Span<byte> target, int distance, int step)
    {
        for (int from = 0, to = 0; to < target.Length; from += distance, to += 3)
        {
            target[to + 2] = row[from + step + step];
            target[to] = row[from];
            target[to + 1] = row[from + step];
        }
    }

    private void LookUp(ReadOnlySpan<byte> row, Span<byte> target)
    {
        var (depth, mask) = (_header.Depth, (1 << _header.Depth) - 1);
        for (int bit = 0, to = 0; to < target.Length; bit += depth, to += 3)
        {
            // The leftmost pixel is in the highest bits.
            var value = (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
            var color = value * 3;
            if (color >= _colors.Length)
            {
                throw PngFile.Wrong($"a pixel has color {value} of a palette of {_colors.Length / 3}");
            }

            target[to] = _colors[color];
            target[to + 1] = _colors[color + 1];
            target[to + 2] = _colors[color + 2];
        }
    }

    /// <summary>The palette, or all grays of so many bits.</summary>
    private static byte[] Colors(PngFile file)
    {
        if (file.Header.Color == PngColor.Palette)
        {
            return file.Palette.ToArray();
        }

        var highest = (1 << file.Header.Depth) - 1;
        return [.. Enumerable.Range(0, highest + 1).SelectMany(value => Enumerable.Repeat((byte)(value * 255 / highest), 3))];
    }
}
