using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// Sums over dense vectors. Always in four lanes, so that the bits do not depend on the width of the processor's vectors.
/// </summary>
internal static class Dense
{
    /// <summary>Sum of products.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var lanes = Lanes(left);
        var other = Lanes(right[..left.Length]);
        var sums = Vector256<double>.Zero;
        for (var i = 0; i < lanes.Length; i++)
        {
            sums += lanes[i] * other[i];
        }

        var sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        for (var i = lanes.Length * Vector256<double>.Count; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    /// <summary><c>into += factor * added</c>.</summary>
    public static void AddScaled(Span<double> into, double factor, ReadOnlySpan<double> added)
    {
        var lanes = MemoryMarshal.Cast<double, Vector256<double>>(into);
        var other = Lanes(added[..into.Length]);
        var factors = Vector256.Create(factor);
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] += factors * other[i];
        }

        for (var i = lanes.Length * Vector256<double>.Count; i < into.Length; i++)
        {
            into[i] += factor * added[i];
        }
    }

    private static ReadOnlySpan<Vector256<double>> Lanes(ReadOnlySpan<double> values) =>
        MemoryMarshal.Cast<double, Vector256<double>>(values);
}
