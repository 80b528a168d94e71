namespace Skipper.Services.Data.Audio;

/// <summary>
/// The numbers of librosa 0.10: <c>load</c>, <c>feature.melspectrogram</c> and <c>power_to_db(ref=max)</c>.
/// </summary>
internal sealed class AudioFrontEnd(AudioLoader loader) : IAudioFrontEnd
{
    // Making the tables takes as long as 20 frames, and most clips come with the settings of the one before.
    private MelSpectrum? _idle;

    public Waveform Load(ReadOnlyMemory<byte> file, int? sampleRate, CancellationToken cancellationToken) =>
        loader.Load(file, sampleRate, cancellationToken);

    public Spectrogram MelDecibels(Waveform waveform, MelSettings settings, CancellationToken cancellationToken)
    {
        var mel = Interlocked.Exchange(ref _idle, null) is { } idle && idle.IsFor(waveform.SampleRate, settings)
            ? idle
            : new MelSpectrum(waveform.SampleRate, settings);
        var spectrogram = mel.Compute(waveform.Samples.Span, cancellationToken);
        Volatile.Write(ref _idle, mel);
        Decibels.Replace(spectrogram.Values, settings.TopDecibels);
        return spectrogram;
    }
}
