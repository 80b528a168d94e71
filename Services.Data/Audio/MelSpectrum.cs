using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

/// <summary>
/// The energy of each mel band in each frame. Frames are centred: the first one has its middle at the first sample, and what
/// lies outside of the clip is silence. Not for two threads at once: tables and buffers are made once and used again.
/// </summary>
internal sealed class MelSpectrum
{
    /// <summary>Values of a result: 256 MB.</summary>
    private const int MostCells = 64 * 1024 * 1024;

    /// <summary>
    /// Frames whose bands are gathered before they go to their rows, which lie far apart: floats of one cache line.
    /// </summary>
    private const int Block = 16;

    private readonly int _sampleRate;
    private readonly MelSettings _settings;
    private readonly PowerSpectrum _spectrum;
    private readonly MelFilterBank _bank;
    private readonly double[] _power;
    private readonly double[] _energies;
    private readonly float[] _padded;

    /// <exception cref="MeshException"><c>invalid_argument</c>: settings that this sample rate does not allow.</exception>
    public MelSpectrum(int sampleRate, MelSettings settings)
    {
        settings.Validate(sampleRate);
        (_sampleRate, _settings) = (sampleRate, settings);
        _spectrum = new PowerSpectrum(PowerSpectrum.Hann(settings.FftLength));
        _bank = new MelFilterBank(
            sampleRate, settings.FftLength, settings.Bands, settings.LowestFrequency, settings.HighestFrequency ?? sampleRate / 2.0);
        _power = new double[_bank.PaddedBins];
        _energies = new double[Block * settings.Bands];
        _padded = new float[settings.FftLength];
    }

    public bool IsFor(int sampleRate, MelSettings settings) => sampleRate == _sampleRate && settings == _settings;

    public Spectrogram Compute(ReadOnlySpan<float> samples, CancellationToken cancellationToken)
    {
        var (bands, frames) = (_settings.Bands, 1 + (samples.Length / _settings.HopLength));
        if ((long)frames * bands > MostCells)
        {
            throw MeshException.InvalidArgument(
                $"A spectrogram has at most {MostCells} values, {bands} bands by {frames} frames are more. "
                + "Raise hop_length, or cut the clip.");
        }

        var values = new float[frames * bands];
        for (var first = 0; first < frames; first += Block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(Block, frames - first);
            for (var i = 0; i < count; i++)
            {
                _spectrum.Compute(Frame(samples, first + i), _power);
                _bank.Apply(_power, _energies.AsSpan(i * bands, bands));
            }

            for (var band = 0; band < bands; band++)
            {
                var row = values.AsSpan((band * frames) + first, count);
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = (float)_energies[(i * bands) + band];
                }
            }
        }

        return new Spectrogram(bands, frames, values);
    }

    private ReadOnlySpan<float> Frame(ReadOnlySpan<float> samples, int frame)
    {
        var start = (frame * _settings.HopLength) - (_padded.Length / 2);
        if (start >= 0 && start <= samples.Length - _padded.Length)
        {
            return samples.Slice(start, _padded.Length);
        }

        _padded.AsSpan().Clear();
        var from = Math.Max(0, start);
        samples[from..Math.Min(samples.Length, start + _padded.Length)].CopyTo(_padded.AsSpan(from - start));
        return _padded;
    }
}
