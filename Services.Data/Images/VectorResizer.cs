using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Skipper.Services.Data.Images;

/// <summary>
/// The two passes of <see cref="Resizer"/> with AVX2. A weight is multiplied in two parts of 16 bits, because
/// <c>vpmaddwd</c> multiplies and adds two pixels at once, in less time than one 32-bit multiplication takes.
/// </summary>
internal static unsafe class VectorResizer
{
    /// <summary>Rows that share the loading of weights.</summary>
    private const int Rows = 4;

    private const int Half = 1 << (ResampleWeights.Precision - 1);

    /// <summary>Makes all rows of the result of rows <c>top, top + 1, ...</c> of the source.</summary>
    public static void Horizontally(RgbImage image, int top, ResampleWeights weights, RgbImage result)
    {
        fixed (byte* pixels = image.Padded, target = result.Padded)
        fixed (short* high = weights.High, low = weights.Low)
        fixed (int* starts = weights.Starts)
        {
            var source = pixels + ((nint)top * image.Stride);
            if (result.Height < Rows)
            {
                for (var y = 0; y < result.Height; y++)
                {
                    // The same row four times.
                    FourRows(source + (y * image.Stride), 0, high, low, starts, weights, target + (y * result.Stride), 0);
                }

                return;
            }

            for (var next = 0; next < result.Height; next += Rows)
            {
                // The last four may overlap those before them: the same pixels are made twice.
                nint y = Math.Min(next, result.Height - Rows);
                FourRows(
                    source + (y * image.Stride), image.Stride, high, low, starts, weights, target + (y * result.Stride), result.Stride);
            }
        }
    }

    /// <summary>Makes one row of the result, which has at least as many bytes as a register.</summary>
    /// <param name="image">The source.</param>
    /// <param name="first">Its first row that counts.</param>
    /// <param name="weights">Weights of all rows.</param>
    /// <param name="y">Which row to make.</param>
    /// <param name="row">The row.</param>
    public static void Vertically(RgbImage image, int first, ResampleWeights weights, int y, Span<byte> row)
    {
        nint stride = image.Stride;
        var taps = Math.Min(weights.Taps, image.Height - first);
        fixed (byte* pixels = image.Padded, target = row)
        fixed (short* high = &weights.High[y * weights.Taps], low = &weights.Low[y * weights.Taps])
        {
            for (var next = 0; next < row.Length; next += Vector256<byte>.Count)
            {
                // The last register may overlap the one before it: the same bytes are made twice.
                var at = Math.Min(next, row.Length - Vector256<byte>.Count);
                var source = pixels + (first * stride) + at;
                Column(source, stride, taps, (int*)high, (int*)low).Store(target + at);
            }
        }
    }

    private static void FourRows(
        byte* source, nint stride, short* high, short* low, int* starts, ResampleWeights weights, byte* target, nint targetStride)
    {
        // Four packed pixels to pairs of 16-bit numbers: R0 R1 G0 G1 B0 B1 0 0, and R2 R3 G2 G3 B2 B3 0 0.
        var toPairs = Vector256.Create(
            0, 128, 3, 128, 1, 128, 4, 128, 2, 128, 5, 128, 128, 128, 128, 128,
            6, 128, 9, 128, 7, 128, 10, 128, 8, 128, 11, 128, 128, 128, 128, 128);

        // A pair of weights for pixels 0 and 1 over the lower half, one for pixels 2 and 3 over the upper.
        var spread = Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1);
        var half = Vector256.Create(Half, Half, Half, Half, 0, 0, 0, 0);
        var (count, taps) = (weights.Count, weights.Taps);
        for (var x = 0; x < count; x++, target += 3)
        {
            Vector256<int> h0 = default, h1 = default, h2 = default, h3 = default;
            Vector256<int> l0 = half, l1 = half, l2 = half, l3 = half;
            var from = source + (starts[x] * 3);
            for (var tap = 0; tap < taps; tap += 4, high += 4, low += 4, from += 12)
            {
                var highPairs = Avx2.PermuteVar8x32(Vector256.CreateScalarUnsafe(*(long*)high).AsInt32(), spread).AsInt16();
                var lowPairs = Avx2.PermuteVar8x32(Vector256.CreateScalarUnsafe(*(long*)low).AsInt32(), spread).AsInt16();
                var p0 = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(from), toPairs).AsInt16();
                var p1 = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(from + stride), toPairs).AsInt16();
                var p2 = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(from + (2 * stride)), toPairs).AsInt16();
                var p3 = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(from + (3 * stride)), toPairs).AsInt16();
                h0 += Avx2.MultiplyAddAdjacent(p0, highPairs);
                h1 += Avx2.MultiplyAddAdjacent(p1, highPairs);
                h2 += Avx2.MultiplyAddAdjacent(p2, highPairs);
                h3 += Avx2.MultiplyAddAdjacent(p3, highPairs);
                l0 += Avx2.MultiplyAddAdjacent(p0, lowPairs);
                l1 += Avx2.MultiplyAddAdjacent(p1, lowPairs);
                l2 += Avx2.MultiplyAddAdjacent(p2, lowPairs);
                l3 += Avx2.MultiplyAddAdjacent(p3, lowPairs);
            }

            // Rows 0 and 2 are in the lower half, 1 and 3 in the upper; a pixel is in the first three of four bytes.
            var words = Avx2.PackUnsignedSaturate(Halves(Joined(h0, l0), Joined(h1, l1)), Halves(Joined(h2, l2), Joined(h3, l3)));
            var bytes = Avx2.PackUnsignedSaturate(words.AsInt16(), words.AsInt16()).AsUInt64();
            Store(target, targetStride, bytes[0], bytes[2], x == count - 1);
        }
    }

    /// <summary>Pixels of rows 0 and 2, and of rows 1 and 3.</summary>
    private static void Store(byte* target, nint stride, ulong even, ulong odd, bool last)
    {
        if (!last)
        {
            // The fourth byte is overwritten by the next pixel of its row.
            *(uint*)target = (uint)even;
            *(uint*)(target + stride) = (uint)odd;
            *(uint*)(target + (2 * stride)) = (uint)(even >> 32);
            *(uint*)(target + (3 * stride)) = (uint)(odd >> 32);
            return;
        }

        // The next row may be there already.
        for (var channel = 0; channel < 3; channel++, target++, even >>= 8, odd >>= 8)
        {
            *target = (byte)even;
            target[stride] = (byte)odd;
            target[2 * stride] = (byte)(even >> 32);
            target[3 * stride] = (byte)(odd >> 32);
        }
    }

    /// <summary>32 bytes of a row: as many sums over rows.</summary>
    private static Vector256<byte> Column(byte* source, nint stride, int taps, int* high, int* low)
    {
        Vector256<int> h0 = default, h1 = default, h2 = default, h3 = default;
        Vector256<int> l0 = Vector256.Create(Half), l1 = l0, l2 = l0, l3 = l0;
        for (var tap = 0; tap < taps; tap += 2, source += 2 * stride)
        {
            // Where the number of rows is odd, the second row is any row: its weight is 0.
            var first = Vector256.Load(source);
            var second = tap + 1 < taps ? Vector256.Load(source + stride) : first;
            var (left, right) = (Avx2.UnpackLow(first, second), Avx2.UnpackHigh(first, second));
            var p0 = Avx2.UnpackLow(left, Vector256<byte>.Zero).AsInt16();
            var p1 = Avx2.UnpackHigh(left, Vector256<byte>.Zero).AsInt16();
            var p2 = Avx2.UnpackLow(right, Vector256<byte>.Zero).AsInt16();
            var p3 = Avx2.UnpackHigh(right, Vector256<byte>.Zero).AsInt16();
            var highPair = Vector256.Create(*high++).AsInt16();
            var lowPair = Vector256.Create(*low++).AsInt16();
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
        var words0 = Avx2.PackUnsignedSaturate(Joined(h0, l0) >> ResampleWeights.Precision, Joined(h1, l1) >> ResampleWeights.Precision);
        var words1 = Avx2.PackUnsignedSaturate(Joined(h2, l2) >> ResampleWeights.Precision, Joined(h3, l3) >> ResampleWeights.Precision);
        return Avx2.PackUnsignedSaturate(words0.AsInt16(), words1.AsInt16());
    }

    private static Vector256<int> Joined(Vector256<int> high, Vector256<int> low) => (high << ResampleWeights.LowBits) + low;

    /// <summary>Lower and upper half of each added: the first below, the second above.</summary>
    private static Vector256<int> Halves(Vector256<int> first, Vector256<int> second) =>
        (Avx2.Permute2x128(first, second, 0x20) + Avx2.Permute2x128(first, second, 0x31)) >> ResampleWeights.Precision;
}
