using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Skipper.Services.Data.Images;

/// <summary>
/// Resizes with antialias exactly as Pillow does: horizontally, rounded to bytes, then vertically, rounded again. Both passes
/// are sums of 8-bit pixels and 22-bit weights in 32-bit integers, so that every implementation gives the same bytes.
/// </summary>
internal sealed class Resizer(bool vectors)
{
    private const int Half = 1 << (ResampleWeights.Precision - 1);

    /// <summary>Uses vector instructions where the processor has them.</summary>
    public static readonly Resizer Default = new(Avx2.IsSupported);

    /// <summary>The part of a resized image that lies in a region of it; what lies outside is not computed.</summary>
    /// <param name="image">The whole source.</param>
    /// <param name="size">Size of the whole result.</param>
    /// <param name="region">The part of the result that is wanted.</param>
    /// <param name="filter">How source pixels are weighed.</param>
    public RgbImage Resize(RgbImage image, PixelSize size, PixelRegion region, ResampleFilter filter)
    {
        var (top, rows) = (0, image);
        var vertical = image.Height == size.Height && region.Height == size.Height
            ? null
            : ResampleWeights.Create(filter, image.Height, size.Height, region.Top, region.Height);
        if (image.Width != size.Width || region.Width != size.Width)
        {
            var horizontal = ResampleWeights.Create(filter, image.Width, size.Width, region.Left, region.Width);
            top = vertical?.First ?? 0;
            rows = Horizontally(image, top, vertical?.End ?? image.Height, horizontal);
        }

        return vertical is null ? rows : Vertically(rows, top, vertical);
    }

    private RgbImage Horizontally(RgbImage image, int top, int bottom, ResampleWeights weights)
    {
        var result = new RgbImage(weights.Count, bottom - top);
        if (vectors)
        {
            VectorResizer.Horizontally(image, top, weights, result);
            return result;
        }

        for (var y = 0; y < result.Height; y++)
        {
            var source = image.Row(top + y);
            var target = result.Row(y);
            for (var i = 0; i < target.Length; i++)
            {
                var (pixel, channel) = Math.DivRem(i, 3);
                target[i] = Sum(source, (weights.Starts[pixel] * 3) + channel, 3, weights, pixel);
            }
        }

        return result;
    }

    private RgbImage Vertically(RgbImage image, int top, ResampleWeights weights)
    {
        var result = new RgbImage(image.Width, weights.Count);
        for (var y = 0; y < result.Height; y++)
        {
            var target = result.Row(y);
            var first = weights.Starts[y] - top;
            if (vectors && target.Length >= Vector256<byte>.Count)
            {
                VectorResizer.Vertically(image, first, weights, y, target);
                continue;
            }

            for (var i = 0; i < target.Length; i++)
            {
                target[i] = Sum(image.Pixels, (first * image.Stride) + i, image.Stride, weights, y);
            }
        }

        return result;
    }

    /// <summary>One byte of the result: source bytes <paramref name="step"/> apart, times the weights of a target pixel.</summary>
    private static byte Sum(ReadOnlySpan<byte> source, int start, int step, ResampleWeights weights, int target)
    {
        var high = weights.High.AsSpan(target * weights.Taps, weights.Taps);
        var low = weights.Low.AsSpan(target * weights.Taps, weights.Taps);
        var sum = Half;

        // Past the end of the source there are only weights of 0.
        for (int i = 0, at = start; i < high.Length && at < source.Length; i++, at += step)
        {
            sum += source[at] * ((high[i] << ResampleWeights.LowBits) + low[i]);
        }

        return (byte)Math.Clamp(sum >> ResampleWeights.Precision, 0, 255);
    }
}
