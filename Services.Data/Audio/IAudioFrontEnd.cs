namespace Skipper.Services.Data.Audio;

/// <summary>Turns recordings into what models hear; the seam for another library of signal processing.</summary>
internal interface IAudioFrontEnd
{
    /// <summary>Decodes a file, mixes it to mono and resamples it.</summary>
    /// <param name="file">WAV, FLAC, Ogg or MP3.</param>
    /// <param name="sampleRate">Hertz wanted; null = that of the file.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="Shared.Messaging.Errors.MeshException">
    /// <c>invalid_argument</c>: not such a file, or longer than is allowed; <c>failed_precondition</c>: a library is missing.
    /// </exception>
    Waveform Load(ReadOnlyMemory<byte> file, int? sampleRate, CancellationToken cancellationToken);

    /// <summary>The mel spectrogram in dB below the loudest cell.</summary>
    /// <exception cref="Shared.Messaging.Errors.MeshException">
    /// <c>invalid_argument</c>: settings that this waveform does not allow.
    /// </exception>
    Spectrogram MelDecibels(Waveform waveform, MelSettings settings, CancellationToken cancellationToken);
}
