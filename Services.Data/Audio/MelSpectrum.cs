using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

/// <summary>
/// The energy of each mel band in each frame. Frames are centred: the first one has its middle at the first sample, and what
/// lies outside of the clip is silence.
/// </summary>
internal static class MelSpectrum
{
    /// <summary>Values of a result: 1 GB.</summary>
    private const int MostCells = 256 * 1024 * 1024;

    private const int FramesBetweenChecks = 1024;

    public static Spectrogram Compute(Waveform waveform, MelSettings settings, CancellationToken cancellationToken)
    {
        settings.Validate(waveform.SampleRate);
        var length = settings.FftLength;
        var samples = waveform.Samples.Span;
        var frames = 1 + (samples.Length / settings.HopLength);
        if ((long)frames * settings.Bands > MostCells)
        {
            throw MeshException.InvalidArgument(
                $"A spectrogram has at most {MostCells} values, {settings.Bands} bands by {frames} frames are more. Raise hop_length, or cut the clip.");
        }

        var spectrum = new PowerSpectrum(PowerSpectrum.Hann(length));
        var bank = new MelFilterBank(
            waveform.SampleRate, length, settings.Bands, settings.LowestFrequency, settings.HighestFrequency ?? waveform.SampleRate / 2.0);
        var power = new double[bank.PaddedBins];
        var energies = new double[bank.Bands];
        var padded = new float[length];
        var values = new float[frames * bank.Bands];
        for (var frame = 0; frame < frames; frame++)
        {
            if (frame % FramesBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            spectrum.Compute(Frame(samples, (frame * settings.HopLength) - (length / 2), padded), power);
            bank.Apply(power, energies);
            for (var band = 0; band < energies.Length; band++)
            {
                values[(band * frames) + frame] = (float)energies[band];
            }
        }

        return new Spectrogram(bank.Bands, frames, values);
    }

    private static ReadOnlySpan<float> Frame(ReadOnlySpan<float> samples, int start, Span<float> padded)
    {
        if (start >= 0 && start + padded.Length <= samples.Length)
        {
            return samples.Slice(start, padded.Length);
        }

        padded.Clear();
        var from = Math.Max(0, start);
        samples[from..Math.Min(samples.Length, start + padded.Length)].CopyTo(padded[(from - start)..]);
        return padded;
    }
}
