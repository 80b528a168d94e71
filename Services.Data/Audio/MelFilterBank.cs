using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Skipper.Services.Data.Audio;

/// <summary>
/// Slaney's mel filters (Auditory Toolbox, 1998), as librosa has them by default: triangles in Hz whose corners are equally far
/// apart in mel, each scaled to the same area. Of a row only what is not zero is kept, about 1.5 % for 2048 and 128.
/// </summary>
internal sealed class MelFilterBank
{
    /// <summary>Rows are filled up with zeros to a multiple of this, so that the loop over them has no rest.</summary>
    private const int Step = 4;

    private const double HertzPerMel = 200.0 / 3;
    private const double LogarithmicFrom = 1000;
    private static readonly double LogStep = Math.Log(6.4) / 27;

    private readonly Row[] _rows;
    private readonly double[] _weights;

    public MelFilterBank(int sampleRate, int fftLength, int bands, double lowest, double highest)
    {
        Bins = (fftLength / 2) + 1;
        var edges = Edges(bands, lowest, highest);
        var rows = new Row[bands];
        var weights = new List<double>();
        for (var band = 0; band < bands; band++)
        {
            rows[band] = AddRow(weights, edges.AsSpan(band, 3), (double)sampleRate / fftLength);
        }

        (_rows, _weights) = (rows, [.. weights]);
    }

    public int Bands => _rows.Length;

    /// <summary>Frequencies of a power spectrum: n_fft / 2 + 1.</summary>
    public int Bins { get; }

    /// <summary>Length of a buffer for <see cref="Apply"/>: the bins, and zeros behind them.</summary>
    public int PaddedBins => Bins + Step - 1;

    /// <summary>One filter, for every bin.</summary>
    public double[] Weights(int band)
    {
        var row = _rows[band];
        var all = new double[PaddedBins];
        _weights.AsSpan(row.Offset, row.Length).CopyTo(all.AsSpan(row.Start));
        return all[..Bins];
    }

    /// <summary>The energy in each band.</summary>
    /// <param name="power">A power spectrum in <see cref="PaddedBins"/> values.</param>
    /// <param name="energies">One value for each band.</param>
    public void Apply(ReadOnlySpan<double> power, Span<double> energies)
    {
        for (var band = 0; band < _rows.Length; band++)
        {
            var row = _rows[band];
            var bins = MemoryMarshal.Cast<double, Vector256<double>>(power.Slice(row.Start, row.Length));
            var weights = MemoryMarshal.Cast<double, Vector256<double>>(_weights.AsSpan(row.Offset, row.Length));
            var sum = Vector256<double>.Zero;
            for (var i = 0; i < bins.Length && i < weights.Length; i++)
            {
                sum = Vector256.MultiplyAddEstimate(bins[i], weights[i], sum);
            }

            energies[band] = Vector256.Sum(sum);
        }
    }

    private Row AddRow(List<double> weights, ReadOnlySpan<double> edges, double binWidth)
    {
        var offset = weights.Count;
        var start = 0;
        var scale = 2 / (edges[2] - edges[0]);
        var last = Math.Min(Bins - 1, (int)(edges[2] / binWidth));
        for (var bin = (int)(edges[0] / binWidth); bin <= last; bin++)
        {
            var frequency = bin * binWidth;
            var rising = (frequency - edges[0]) / (edges[1] - edges[0]);
            var falling = (edges[2] - frequency) / (edges[2] - edges[1]);
            var weight = Math.Min(rising, falling) * scale;
            if (weight > 0)
            {
                start = weights.Count == offset ? bin : start;
                weights.Add(weight);
            }
        }

        while ((weights.Count - offset) % Step != 0)
        {
            weights.Add(0);
        }

        return new Row(start, offset, weights.Count - offset);
    }

    private static double[] Edges(int bands, double lowest, double highest)
    {
        var (from, to) = (ToMel(lowest), ToMel(highest));
        return [.. Enumerable.Range(0, bands + 2).Select(i => ToHertz(from + ((to - from) * i / (bands + 1))))];
    }

    private static double ToMel(double hertz) => hertz < LogarithmicFrom
        ? hertz / HertzPerMel
        : (LogarithmicFrom / HertzPerMel) + (Math.Log(hertz / LogarithmicFrom) / LogStep);

    private static double ToHertz(double mel) => mel < LogarithmicFrom / HertzPerMel
        ? mel * HertzPerMel
        : LogarithmicFrom * Math.Exp(LogStep * (mel - (LogarithmicFrom / HertzPerMel)));

    /// <param name="Start">First bin with a weight.</param>
    /// <param name="Offset">Its place among all weights.</param>
    /// <param name="Length">Weights, a multiple of <see cref="Step"/>.</param>
    private readonly record struct Row(int Start, int Offset, int Length);
}
