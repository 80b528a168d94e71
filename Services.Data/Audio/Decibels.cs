using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

/// <summary>librosa's power_to_db with the largest energy as reference.</summary>
internal static class Decibels
{
    /// <summary>Energies below this count as this.</summary>
    private const double Floor = 1e-10;

    private const int Lanes = 8;

    private static readonly double Scale = 10 / Math.Log(10);

    /// <summary>
    /// Replaces each energy by 10 log10 of its ratio to the largest, not below -top. The largest is that of the whole clip: a part
    /// of a clip has other values than the clip. Silence is 0 everywhere, since its largest energy is the floor, too.
    /// </summary>
    public static void Replace(Span<float> energies, double? top)
    {
        var largest = Largest(energies);
        if (!float.IsFinite(largest))
        {
            throw MeshException.InvalidArgument(
                "The samples are too loud to be computed with: full scale is 1. Scale the recording down.");
        }

        var reference = Logarithm(Vector256.Create((double)largest));
        var lowest = Vector256.Create(-top ?? double.NegativeInfinity);
        Span<float> rest = stackalloc float[Lanes];
        var whole = energies.Length - (energies.Length % Lanes);
        energies[whole..].CopyTo(rest);
        Replace(energies[..whole], reference, lowest);
        Replace(rest, reference, lowest);
        rest[..(energies.Length - whole)].CopyTo(energies[whole..]);
    }

    private static void Replace(Span<float> energies, Vector256<double> reference, Vector256<double> lowest)
    {
        foreach (ref var eight in MemoryMarshal.Cast<float, Vector256<float>>(energies))
        {
            var (lower, upper) = Vector256.Widen(eight);
            eight = Vector256.Narrow(
                Vector256.Max(Logarithm(lower) - reference, lowest), Vector256.Max(Logarithm(upper) - reference, lowest));
        }
    }

    private static Vector256<double> Logarithm(Vector256<double> energies) =>
        Vector256.Log(Vector256.Max(energies, Vector256.Create(Floor))) * Scale;

    private static float Largest(ReadOnlySpan<float> energies)
    {
        var eights = MemoryMarshal.Cast<float, Vector256<float>>(energies);
        var largest = Vector256<float>.Zero;
        foreach (var eight in eights)
        {
            largest = Vector256.Max(largest, eight);
        }

        var result = 0f;
        for (var lane = 0; lane < Lanes; lane++)
        {
            result = Math.Max(result, largest[lane]);
        }

        foreach (var energy in energies[(eights.Length * Lanes)..])
        {
            result = Math.Max(result, energy);
        }

        return result;
    }
}
