using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Skipper.Services.Data.Audio;

/// <summary>Four complex numbers.</summary>
internal readonly record struct Complexes(Vector256<double> Real, Vector256<double> Imaginary)
{
    /// <summary>How many numbers there are.</summary>
    public const int Count = 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Complexes Load(ref double real, ref double imaginary, nuint at) =>
        new(Vector256.LoadUnsafe(ref real, at), Vector256.LoadUnsafe(ref imaginary, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double real, ref double imaginary, nuint at)
    {
        Real.StoreUnsafe(ref real, at);
        Imaginary.StoreUnsafe(ref imaginary, at);
    }

    /// <summary>Stores a[0], b[0], c[0], d[0], a[1] and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTransposed(
        Complexes a, Complexes b, Complexes c, Complexes d, ref double real, ref double imaginary, nuint at)
    {
        StoreTransposed(a.Real, b.Real, c.Real, d.Real, ref Unsafe.Add(ref real, at));
        StoreTransposed(a.Imaginary, b.Imaginary, c.Imaginary, d.Imaginary, ref Unsafe.Add(ref imaginary, at));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Complexes Times(Complexes other) => new(
        Vector256.MultiplyAddEstimate(Real, other.Real, -(Imaginary * other.Imaginary)),
        Vector256.MultiplyAddEstimate(Real, other.Imaginary, Imaginary * other.Real));

    /// <summary>The squares of the magnitudes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Power() => Vector256.MultiplyAddEstimate(Real, Real, Imaginary * Imaginary);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Complexes operator +(Complexes a, Complexes b) => new(a.Real + b.Real, a.Imaginary + b.Imaginary);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Complexes operator -(Complexes a, Complexes b) => new(a.Real - b.Real, a.Imaginary - b.Imaginary);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTransposed(
        Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d, ref double target)
    {
        if (Avx.IsSupported)
        {
            var (low, high) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
            var (nextLow, nextHigh) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
            Avx.Permute2x128(low, nextLow, 0x20).StoreUnsafe(ref target);
            Avx.Permute2x128(high, nextHigh, 0x20).StoreUnsafe(ref target, Count);
            Avx.Permute2x128(low, nextLow, 0x31).StoreUnsafe(ref target, 2 * Count);
            Avx.Permute2x128(high, nextHigh, 0x31).StoreUnsafe(ref target, 3 * Count);
            return;
        }

        for (var lane = 0; lane < Count; lane++)
        {
            Vector256.Create(a[lane], b[lane], c[lane], d[lane]).StoreUnsafe(ref target, (nuint)(lane * Count));
        }
    }
}
