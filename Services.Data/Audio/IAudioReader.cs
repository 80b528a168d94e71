namespace Skipper.Services.Data.Audio;

/// <summary>Decodes a recording, block by block.</summary>
internal interface IAudioReader : IDisposable
{
    /// <summary>Hertz, as the file says.</summary>
    int SampleRate { get; }

    int Channels { get; }

    /// <summary>Samples per channel, as the file says; null = it does not say.</summary>
    long? Frames { get; }

    /// <summary>Fills the buffer with the next frames, the channels of a frame side by side.</summary>
    /// <returns>Frames read; 0 = the end.</returns>
    int Read(Span<float> interleaved);
}
