using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Skipper.Services.Data.Images;

/// <summary>
/// The two passes of <see cref="Resizer"/> with AVX2. A weight is multiplied in two parts of 16 bits, because
/// <c>vpmaddwd</c> multiplies and adds two pixels at once, in less time than one 32-bit multiplication takes.
/// </summary>
internal static class VectorResizer
{
    /// <summary>Rows that share the loading of weights.</summary>
    private const int Rows = 4;

    private static readonly Vector256<int> Half = Vector256.Create(1 << (ResampleWeights.Precision - 1));

    /// <summary>Spreads a pair of weights for pixels 0 and 1 over the lower half, one for pixels 2 and 3 over the upper.</summary>
    private static readonly Vector256<int> Spread = Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1);

    /// <summary>Four packed pixels to pairs of 16-bit numbers: R0 R1 G0 G1 B0 B1 0 0, and R2 R3 G2 G3 B2 B3 0 0.</summary>
    private static readonly Vector256<byte> Pairs = Vector256.Create(
        0, 128, 3, 128, 1, 128, 4, 128, 2, 128, 5, 128, 128, 128, 128, 128,
        6, 128, 9, 128, 7, 128, 10, 128, 8, 128, 11, 128, 128, 128, 128, 128);

    /// <summary>Makes all rows of the result of rows <c>top, top + 1, ...</c> of the source.</summary>
    public static void Horizontally(RgbImage image, int top, ResampleWeights weights, RgbImage result)
    {
        ref var source = ref MemoryMarshal.GetReference(image.Padded);
        ref var target = ref MemoryMarshal.GetReference(result.Pixels);
        for (var y = 0; y < result.Height; y += Rows)
        {
            // The last four may overlap those before them: the same pixels are made twice.
            var row = Math.Max(0, Math.Min(y, result.Height - Rows));
            ref var from = ref Unsafe.Add(ref source, (nint)(top + row) * image.Stride);
            ref var to = ref Unsafe.Add(ref target, (nint)row * result.Stride);
            if (result.Height >= Rows)
            {
                FourRows(ref from, image.Stride, weights, ref to, result.Stride);
            }
            else
            {
                for (var i = 0; i < result.Height; i++)
                {
                    FourRows(ref Unsafe.Add(ref from, i * image.Stride), 0, weights, ref Unsafe.Add(ref to, i * result.Stride), 0);
                }
            }
        }
    }

    /// <summary>Makes one row of the result, which has at least as many bytes as a register.</summary>
    /// <param name="image">The source.</param>
    /// <param name="start">Where the first source row begins.</param>
    /// <param name="weights">Weights of all rows.</param>
    /// <param name="y">Which row to make.</param>
    /// <param name="target">The row.</param>
    public static void Vertically(RgbImage image, int start, ResampleWeights weights, int y, Span<byte> target)
    {
        var pixels = image.Padded;
        var taps = Math.Min(weights.Taps, image.Height - (start / image.Stride));
        var high = weights.High.AsSpan(y * weights.Taps, weights.Taps);
        var low = weights.Low.AsSpan(y * weights.Taps, weights.Taps);
        for (var next = 0; next < target.Length; next += Vector256<byte>.Count)
        {
            // The last register may overlap the one before it: the same bytes are made twice.
            var done = Math.Min(next, target.Length - Vector256<byte>.Count);
            Vector256<int> h0 = default, h1 = default, h2 = default, h3 = default;
            Vector256<int> l0 = default, l1 = default, l2 = default, l3 = default;
            for (var tap = 0; tap < taps; tap += 2)
            {
                // Where the number of rows is odd, the second row is any row: its weight is 0.
                var at = start + done + (tap * image.Stride);
                var first = Vector256.Create(pixels.Slice(at, Vector256<byte>.Count));
                var second = tap + 1 < taps ? Vector256.Create(pixels.Slice(at + image.Stride, Vector256<byte>.Count)) : first;
                var (left, right) = (Avx2.UnpackLow(first, second), Avx2.UnpackHigh(first, second));
                var p0 = Avx2.UnpackLow(left, Vector256<byte>.Zero).AsInt16();
                var p1 = Avx2.UnpackHigh(left, Vector256<byte>.Zero).AsInt16();
                var p2 = Avx2.UnpackLow(right, Vector256<byte>.Zero).AsInt16();
                var p3 = Avx2.UnpackHigh(right, Vector256<byte>.Zero).AsInt16();
                var highPair = Vector256.Create(Pair(high, tap)).AsInt16();
                var lowPair = Vector256.Create(Pair(low, tap)).AsInt16();
                h0 += Avx2.MultiplyAddAdjacent(p0, highPair);
                h1 += Avx2.MultiplyAddAdjacent(p1, highPair);
                h2 += Avx2.MultiplyAddAdjacent(p2, highPair);
                h3 += Avx2.MultiplyAddAdjacent(p3, highPair);
                l0 += Avx2.MultiplyAddAdjacent(p0, lowPair);
                l1 += Avx2.MultiplyAddAdjacent(p1, lowPair);
                l2 += Avx2.MultiplyAddAdjacent(p2, lowPair);
                l3 += Avx2.MultiplyAddAdjacent(p3, lowPair);
            }

            // Unpacking worked within halves, and so does packing: the bytes come back in their order.
            var words = (
                Avx2.PackUnsignedSaturate(Rounded(h0, l0), Rounded(h1, l1)),
                Avx2.PackUnsignedSaturate(Rounded(h2, l2), Rounded(h3, l3)));
            Avx2.PackUnsignedSaturate(words.Item1.AsInt16(), words.Item2.AsInt16()).CopyTo(target[done..]);
        }
    }

    private static void FourRows(ref byte source, int stride, ResampleWeights weights, ref byte target, int targetStride)
    {
        ref var high = ref MemoryMarshal.GetArrayDataReference(weights.High);
        ref var low = ref MemoryMarshal.GetArrayDataReference(weights.Low);
        var taps = weights.Taps;
        var starts = weights.Starts;
        for (var x = 0; x < starts.Length; x++)
        {
            Vector256<int> h0 = default, h1 = default, h2 = default, h3 = default;
            Vector256<int> l0 = default, l1 = default, l2 = default, l3 = default;
            ref var from = ref Unsafe.Add(ref source, starts[x] * 3);
            for (var tap = 0; tap < taps; tap += 4)
            {
                var highPairs = FourWeights(ref Unsafe.Add(ref high, (x * taps) + tap));
                var lowPairs = FourWeights(ref Unsafe.Add(ref low, (x * taps) + tap));
                ref var at = ref Unsafe.Add(ref from, tap * 3);
                var p0 = FourPixels(ref at);
                var p1 = FourPixels(ref Unsafe.Add(ref at, stride));
                var p2 = FourPixels(ref Unsafe.Add(ref at, (nint)stride * 2));
                var p3 = FourPixels(ref Unsafe.Add(ref at, (nint)stride * 3));
                h0 += Avx2.MultiplyAddAdjacent(p0, highPairs);
                h1 += Avx2.MultiplyAddAdjacent(p1, highPairs);
                h2 += Avx2.MultiplyAddAdjacent(p2, highPairs);
                h3 += Avx2.MultiplyAddAdjacent(p3, highPairs);
                l0 += Avx2.MultiplyAddAdjacent(p0, lowPairs);
                l1 += Avx2.MultiplyAddAdjacent(p1, lowPairs);
                l2 += Avx2.MultiplyAddAdjacent(p2, lowPairs);
                l3 += Avx2.MultiplyAddAdjacent(p3, lowPairs);
            }

            // A pixel is in the first three of four bytes; the fourth is overwritten by the next pixel of its row, or is slack.
            ref var to = ref Unsafe.Add(ref target, x * 3);
            var first = Packed(h0, l0, h1, l1);
            var second = Packed(h2, l2, h3, l3);
            var (last, stored) = (x == starts.Length - 1, Vector128.Create(first, second).AsInt32());
            Store(ref to, stored[0], last);
            Store(ref Unsafe.Add(ref to, targetStride), stored[1], last);
            Store(ref Unsafe.Add(ref to, (nint)targetStride * 2), stored[2], last);
            Store(ref Unsafe.Add(ref to, (nint)targetStride * 3), stored[3], last);
        }
    }

    /// <summary>Two pixels, four bytes each, of the sums over pixels 0, 1 (lower half) and 2, 3 (upper half) of two rows.</summary>
    private static long Packed(Vector256<int> high0, Vector256<int> low0, Vector256<int> high1, Vector256<int> low1)
    {
        var (sum0, sum1) = (Joined(high0, low0), Joined(high1, low1));
        var both = Vector256.Create(sum0.GetLower() + sum0.GetUpper(), sum1.GetLower() + sum1.GetUpper());
        var rounded = Vector256.ShiftRightArithmetic(both + Half, ResampleWeights.Precision);
        var words = Sse41.PackUnsignedSaturate(rounded.GetLower(), rounded.GetUpper()).AsInt16();
        return Sse2.PackUnsignedSaturate(words, words).AsInt64()[0];
    }

    private static void Store(ref byte target, int pixel, bool last)
    {
        if (!last)
        {
            Unsafe.WriteUnaligned(ref target, pixel);
            return;
        }

        // The bytes of the next row may be there already.
        Unsafe.WriteUnaligned(ref target, (short)pixel);
        Unsafe.Add(ref target, 2) = (byte)(pixel >> 16);
    }

    private static Vector256<short> FourPixels(ref byte source)
    {
        var pixels = Vector128.LoadUnsafe(ref source);
        return Avx2.Shuffle(Vector256.Create(pixels, pixels), Pairs).AsInt16();
    }

    private static Vector256<short> FourWeights(ref short weights)
    {
        var pairs = Vector256.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(ref Unsafe.As<short, byte>(ref weights))).AsInt32();
        return Avx2.PermuteVar8x32(pairs, Spread).AsInt16();
    }

    private static int Pair(ReadOnlySpan<short> weights, int tap) => MemoryMarshal.Read<int>(MemoryMarshal.AsBytes(weights[tap..]));

    private static Vector256<int> Joined(Vector256<int> high, Vector256<int> low) =>
        Vector256.ShiftLeft(high, ResampleWeights.LowBits) + low;

    private static Vector256<int> Rounded(Vector256<int> high, Vector256<int> low) =>
        Vector256.ShiftRightArithmetic(Joined(high, low) + Half, ResampleWeights.Precision);
}
