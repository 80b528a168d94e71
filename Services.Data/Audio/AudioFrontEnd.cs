namespace Skipper.Services.Data.Audio;

/// <summary>
/// The numbers of librosa 0.10: <c>load</c>, <c>feature.melspectrogram</c> and <c>power_to_db(ref=max)</c>.
/// </summary>
internal sealed class AudioFrontEnd(AudioLoader loader) : IAudioFrontEnd
{
    public Waveform Load(ReadOnlyMemory<byte> file, int? sampleRate, CancellationToken cancellationToken) =>
        loader.Load(file, sampleRate, cancellationToken);

    public Spectrogram MelDecibels(Waveform waveform, MelSettings settings, CancellationToken cancellationToken)
    {
        var spectrogram = MelSpectrum.Compute(waveform, settings, cancellationToken);
        Decibels.Replace(spectrogram.Values, settings.TopDecibels);
        return spectrogram;
    }
}
