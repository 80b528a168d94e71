using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Skipper.Services.Data.Audio;

/// <summary>Four complex numbers.</summary>
internal readonly record struct Complexes(Vector256<double> Real, Vector256<double> Imaginary)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Complexes Load(ref double real, ref double imaginary, nuint at) =>
        new(Vector256.LoadUnsafe(ref real, at), Vector256.LoadUnsafe(ref imaginary, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double real, ref double imaginary, nuint at)
    {
        Real.StoreUnsafe(ref real, at);
        Imaginary.StoreUnsafe(ref imaginary, at);
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
}
