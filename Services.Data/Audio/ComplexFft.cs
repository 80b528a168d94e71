using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Skipper.Services.Data.Audio;

/// <summary>
/// The forward complex Fourier transform of a power of two, by Stockham's radix-4 algorithm: every pass writes to the other
/// buffer, so that the result is in order without a permutation, and all but the first pass read and write neighbours.
/// Real and imaginary parts lie apart, which keeps a vector's lanes alike.
/// </summary>
internal sealed class ComplexFft
{
    private const int Radix = 4;

    private readonly int _length;
    private readonly double[][] _twiddles;
    private double[] _real;
    private double[] _imaginary;
    private double[] _otherReal;
    private double[] _otherImaginary;

    /// <param name="length">A power of two, 16 or more.</param>
    public ComplexFft(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Radix * Complexes.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(BitOperations.IsPow2(length), true, nameof(length));
        _length = length;
        (_real, _imaginary) = (new double[length], new double[length]);
        (_otherReal, _otherImaginary) = (new double[length], new double[length]);
        var twiddles = new List<double[]>();
        for (var size = length; size >= Radix; size /= Radix)
        {
            twiddles.Add(Twiddles(size, apart: size == length));
        }

        _twiddles = [.. twiddles];
    }

    /// <summary>Real parts: of the input before <see cref="Transform"/>, of the result after it.</summary>
    public Span<double> Real => _real;

    /// <summary>Imaginary parts.</summary>
    public Span<double> Imaginary => _imaginary;

    /// <summary>Replaces the values by their transform, which is not scaled.</summary>
    public void Transform()
    {
        FirstPass();
        Swap();
        var stride = Radix;
        for (var pass = 1; pass < _twiddles.Length; pass++, stride *= Radix)
        {
            NextPass(stride, _twiddles[pass]);
            Swap();
        }

        if (stride < _length)
        {
            LastPassOfTwo();
            Swap();
        }
    }

    private void Swap() =>
        (_real, _imaginary, _otherReal, _otherImaginary) = (_otherReal, _otherImaginary, _real, _imaginary);

    /// <summary>Neighbours have factors of their own here, and four results of each lane become neighbours.</summary>
    private void FirstPass()
    {
        var quarter = (nuint)_length / Radix;
        ref var real = ref MemoryMarshal.GetArrayDataReference(_real);
        ref var imaginary = ref MemoryMarshal.GetArrayDataReference(_imaginary);
        ref var toReal = ref MemoryMarshal.GetArrayDataReference(_otherReal);
        ref var toImaginary = ref MemoryMarshal.GetArrayDataReference(_otherImaginary);
        ref var twiddles = ref MemoryMarshal.GetArrayDataReference(_twiddles[0]);
        for (nuint i = 0; i < quarter; i += Complexes.Count)
        {
            var (a, b, c, d) = Butterfly(ref real, ref imaginary, i, quarter);
            b = b.Times(Factor(ref twiddles, i, quarter));
            c = c.Times(Factor(ref twiddles, i + (2 * quarter), quarter));
            d = d.Times(Factor(ref twiddles, i + (4 * quarter), quarter));
            Complexes.StoreTransposed(a, b, c, d, ref toReal, ref toImaginary, Radix * i);
        }
    }

    /// <summary>All values of a stride share their factors.</summary>
    private void NextPass(int stride, double[] factors)
    {
        var quarter = (nuint)_length / Radix;
        var step = (nuint)stride;
        ref var real = ref MemoryMarshal.GetArrayDataReference(_real);
        ref var imaginary = ref MemoryMarshal.GetArrayDataReference(_imaginary);
        ref var toReal = ref MemoryMarshal.GetArrayDataReference(_otherReal);
        ref var toImaginary = ref MemoryMarshal.GetArrayDataReference(_otherImaginary);
        ref var factor = ref MemoryMarshal.GetArrayDataReference(factors);
        for (nuint start = 0; start < quarter; start += step)
        {
            var first = new Complexes(Vector256.Create(factor), Vector256.Create(Unsafe.Add(ref factor, 1)));
            var second = new Complexes(Vector256.Create(Unsafe.Add(ref factor, 2)), Vector256.Create(Unsafe.Add(ref factor, 3)));
            var third = new Complexes(Vector256.Create(Unsafe.Add(ref factor, 4)), Vector256.Create(Unsafe.Add(ref factor, 5)));
            factor = ref Unsafe.Add(ref factor, 6);
            for (nuint i = 0; i < step; i += Complexes.Count)
            {
                var (a, b, c, d) = Butterfly(ref real, ref imaginary, start + i, quarter);
                var target = (Radix * start) + i;
                a.Store(ref toReal, ref toImaginary, target);
                b.Times(first).Store(ref toReal, ref toImaginary, target + step);
                c.Times(second).Store(ref toReal, ref toImaginary, target + (2 * step));
                d.Times(third).Store(ref toReal, ref toImaginary, target + (3 * step));
            }
        }
    }

    /// <summary>Where the length is no power of four, one pass of pairs is left, with factors of 1.</summary>
    private void LastPassOfTwo()
    {
        var half = (nuint)_length / 2;
        ref var real = ref MemoryMarshal.GetArrayDataReference(_real);
        ref var imaginary = ref MemoryMarshal.GetArrayDataReference(_imaginary);
        ref var toReal = ref MemoryMarshal.GetArrayDataReference(_otherReal);
        ref var toImaginary = ref MemoryMarshal.GetArrayDataReference(_otherImaginary);
        for (nuint i = 0; i < half; i += Complexes.Count)
        {
            var a = Complexes.Load(ref real, ref imaginary, i);
            var b = Complexes.Load(ref real, ref imaginary, i + half);
            (a + b).Store(ref toReal, ref toImaginary, i);
            (a - b).Store(ref toReal, ref toImaginary, i + half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Complexes A, Complexes B, Complexes C, Complexes D) Butterfly(
        ref double real, ref double imaginary, nuint at, nuint quarter)
    {
        var a = Complexes.Load(ref real, ref imaginary, at);
        var b = Complexes.Load(ref real, ref imaginary, at + quarter);
        var c = Complexes.Load(ref real, ref imaginary, at + (2 * quarter));
        var d = Complexes.Load(ref real, ref imaginary, at + (3 * quarter));
        var (even, evenDifference) = (a + c, a - c);
        var (odd, oddDifference) = (b + d, b - d);
        // The difference of the odd ones times i.
        var turned = new Complexes(-oddDifference.Imaginary, oddDifference.Real);
        return (even + odd, evenDifference - turned, even - odd, evenDifference + turned);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Complexes Factor(ref double twiddles, nuint at, nuint quarter) => new(
        Vector256.LoadUnsafe(ref twiddles, at), Vector256.LoadUnsafe(ref twiddles, at + quarter));

    /// <summary>Factors exp(-2πi kp / size) for k = 1, 2, 3.</summary>
    /// <param name="size">Length of the transforms that one pass takes apart.</param>
    /// <param name="apart">Six rows, to be read as vectors; otherwise the six of each p side by side.</param>
    private static double[] Twiddles(int size, bool apart)
    {
        var quarter = size / Radix;
        var twiddles = new double[6 * quarter];
        for (var p = 0; p < quarter; p++)
        {
            for (var k = 1; k < Radix; k++)
            {
                var (sine, cosine) = Math.SinCos(-2 * Math.PI * k * p / size);
                var row = 2 * (k - 1);
                twiddles[apart ? (row * quarter) + p : (6 * p) + row] = cosine;
                twiddles[apart ? ((row + 1) * quarter) + p : (6 * p) + row + 1] = sine;
            }
        }

        return twiddles;
    }
}
