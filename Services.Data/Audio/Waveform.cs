namespace Skipper.Services.Data.Audio;

/// <summary>One channel of sound.</summary>
/// <param name="Samples">Full scale is -1 to 1; louder samples of float files are kept.</param>
/// <param name="SampleRate">Hertz.</param>
internal sealed record Waveform(ReadOnlyMemory<float> Samples, int SampleRate);
