using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Skipper.Services.Data.Audio;

/// <summary>
/// |X|² of windowed real frames, in double precision: single precision would be off by up to 2.5e-4 dB near the floor.
/// Even and odd samples go through one complex transform of half the length, which is taken apart afterwards. Not for two
/// threads at once: it has its own buffers, and allocates nothing per frame.
/// </summary>
internal sealed class PowerSpectrum
{
    private readonly int _half;
    private readonly ComplexFft _fft;
    private readonly double[] _evenWindow;
    private readonly double[] _oddWindow;
    private readonly double[] _cosines;
    private readonly double[] _sines;

    /// <param name="window">One weight for each sample; its length is a power of two, 32 or more.</param>
    public PowerSpectrum(ReadOnlySpan<double> window)
    {
        _half = window.Length / 2;
        _fft = new ComplexFft(_half);
        (_evenWindow, _oddWindow) = (new double[_half], new double[_half]);
        (_cosines, _sines) = (new double[_half / 2], new double[_half / 2]);
        for (var i = 0; i < _half; i++)
        {
            (_evenWindow[i], _oddWindow[i]) = (window[2 * i], window[(2 * i) + 1]);
        }

        for (var i = 0; i < _half / 2; i++)
        {
            (_sines[i], _cosines[i]) = Math.SinCos(-Math.PI * (i + 1) / _half);
        }
    }

    /// <summary>The periodic Hann window, which is what spectrograms use; the symmetric one is off by up to 0.07 dB.</summary>
    public static double[] Hann(int length) =>
        [.. Enumerable.Range(0, length).Select(i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / length)))];

    /// <summary>Computes one frame.</summary>
    /// <param name="frame">As many samples as the window has.</param>
    /// <param name="power">Takes length / 2 + 1 values.</param>
    public void Compute(ReadOnlySpan<float> frame, Span<double> power)
    {
        if (frame.Length != 2 * _half || power.Length <= _half)
        {
            throw new ArgumentException(
                $"A frame has {2 * _half} samples and gives {_half + 1} values, found {frame.Length} and room for {power.Length}.");
        }

        Window(frame);
        _fft.Transform();
        TakeApart(ref MemoryMarshal.GetReference(power));
    }

    private void Window(ReadOnlySpan<float> frame)
    {
        ref var samples = ref MemoryMarshal.GetReference(frame);
        ref var evenWindow = ref MemoryMarshal.GetArrayDataReference(_evenWindow);
        ref var oddWindow = ref MemoryMarshal.GetArrayDataReference(_oddWindow);
        ref var real = ref MemoryMarshal.GetReference(_fft.Real);
        ref var imaginary = ref MemoryMarshal.GetReference(_fft.Imaginary);
        var evensFirst = Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7);
        for (nuint i = 0; i < (nuint)_half; i += Complexes.Count)
        {
            var sorted = Vector256.Shuffle(Vector256.LoadUnsafe(ref samples, 2 * i), evensFirst);
            var (even, odd) = Vector256.Widen(sorted);
            (even * Vector256.LoadUnsafe(ref evenWindow, i)).StoreUnsafe(ref real, i);
            (odd * Vector256.LoadUnsafe(ref oddWindow, i)).StoreUnsafe(ref imaginary, i);
        }
    }

    /// <summary>
    /// With Z the transform of even + i odd, E[k] = (Z[k] + Z*[N-k]) / 2 and O[k] = (Z[k] - Z*[N-k]) / 2i are those of the even and
    /// of the odd samples, and X[k] = E + exp(-πik/N) O, X*[N-k] = E - exp(-πik/N) O.
    /// </summary>
    private void TakeApart(ref double power)
    {
        ref var real = ref MemoryMarshal.GetReference(_fft.Real);
        ref var imaginary = ref MemoryMarshal.GetReference(_fft.Imaginary);
        ref var cosines = ref MemoryMarshal.GetArrayDataReference(_cosines);
        ref var sines = ref MemoryMarshal.GetArrayDataReference(_sines);
        var (sum, difference) = (real + imaginary, real - imaginary);
        power = sum * sum;
        Unsafe.Add(ref power, _half) = difference * difference;
        var backwards = Vector256.Create(3L, 2, 1, 0);
        var quarter = Vector256.Create(0.25);
        for (nuint i = 0; i < (nuint)_half / 2; i += Complexes.Count)
        {
            var (low, high) = (i + 1, (nuint)_half - i - Complexes.Count);
            var a = Complexes.Load(ref real, ref imaginary, low);
            var b = Complexes.Load(ref real, ref imaginary, high);
            b = new Complexes(Vector256.Shuffle(b.Real, backwards), -Vector256.Shuffle(b.Imaginary, backwards));
            var even = a + b;
            var odd = new Complexes(a.Imaginary - b.Imaginary, b.Real - a.Real)
                .Times(Complexes.Load(ref cosines, ref sines, i));
            ((even + odd).Power() * quarter).StoreUnsafe(ref power, low);
            Vector256.Shuffle((even - odd).Power() * quarter, backwards).StoreUnsafe(ref power, high);
        }
    }
}
