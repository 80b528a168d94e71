namespace Skipper.Services.Data.Images;

/// <summary>
/// Which source pixels make a range of target pixels along one axis, and how much each counts: Pillow's 22-bit fixed point
/// weights, whose sum over a target pixel is 2^22 up to rounding.
/// </summary>
internal sealed class ResampleWeights
{
    /// <summary>Fraction bits of a weight; 8 bits of pixel and 2 bits of overshoot fit beside them.</summary>
    public const int Precision = 32 - 8 - 2;

    /// <summary>A weight is <c>High * 2^12 + Low</c>: parts of 16 bits that vector instructions multiply and add in pairs.</summary>
    public const int LowBits = 12;

    // Vector code takes four source pixels at a time.
    private const int Group = 4;

    private ResampleWeights(int count, int taps)
    {
        Taps = (taps + Group - 1) / Group * Group;
        Starts = new int[count];
        High = new short[count * Taps];
        Low = new short[count * Taps];
    }

    /// <summary>Weights per target pixel, a multiple of 4; those not needed are 0.</summary>
    public int Taps { get; }

    /// <summary>Target pixels in the range.</summary>
    public int Count => Starts.Length;

    /// <summary>The first source pixel of each target pixel.</summary>
    public int[] Starts { get; }

    /// <summary>Upper parts of the weights, <see cref="Taps"/> per target pixel.</summary>
    public short[] High { get; }

    /// <summary>Lower 12 bits of the weights.</summary>
    public short[] Low { get; }

    /// <summary>The first source pixel that any target pixel needs.</summary>
    public int First => Starts[0];

    /// <summary>The source pixel after the last one that any target pixel needs.</summary>
    public int End { get; private set; }

    /// <summary>Weights for target pixels <c>from</c> to <c>from + count - 1</c>, where so many source pixels become so many.</summary>
    public static ResampleWeights Create(ResampleFilter filter, int source, int target, int from, int count)
    {
        // Twice as many source pixels mean a filter twice as wide; with fewer of them it keeps its width.
        var scale = (double)source / target;
        var stretch = Math.Max(scale, 1.0);
        var support = (filter == ResampleFilter.Bicubic ? 2.0 : 1.0) * stretch;
        var exact = new double[((int)Math.Ceiling(support) * 2) + 1];
        var weights = new ResampleWeights(count, Math.Min(exact.Length, source));
        var inverse = 1.0 / stretch;
        for (var i = 0; i < count; i++)
        {
            var center = (from + i + 0.5) * scale;
            var start = Math.Max((int)(center - support + 0.5), 0);
            var end = Math.Min((int)(center + support + 0.5), source);
            var sum = 0.0;
            for (var x = start; x < end; x++)
            {
                sum += exact[x - start] = Weight(filter, Math.Abs((x - center + 0.5) * inverse));
            }

            // At the far edge the range begins earlier, with weights of 0, so that it ends inside the source.
            var first = Math.Max(Math.Min(start, source - weights.Taps), 0);
            weights.Set(i, first, start - first, exact.AsSpan(0, end - start), sum);
        }

        return weights;
    }

    private void Set(int index, int first, int skipped, ReadOnlySpan<double> exact, double sum)
    {
        Starts[index] = first;
        End = Math.Max(End, first + skipped + exact.Length);
        for (var i = 0; i < exact.Length; i++)
        {
            var scaled = exact[i] / sum * (1 << Precision);
            var weight = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            High[(index * Taps) + skipped + i] = (short)(weight >> LowBits);
            Low[(index * Taps) + skipped + i] = (short)(weight & ((1 << LowBits) - 1));
        }
    }

    private static double Weight(ResampleFilter filter, double x) => (filter, x) switch
    {
        (ResampleFilter.Bilinear, < 1) => 1 - x,
        (ResampleFilter.Bicubic, < 1) => (((1.5 * x) - 2.5) * x * x) + 1,
        (ResampleFilter.Bicubic, < 2) => ((((x - 5) * x) + 8) * x - 4) * -0.5,
        _ => 0,
    };
}
