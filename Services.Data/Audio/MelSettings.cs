using System.Numerics;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

/// <summary>How a mel spectrogram is made; the defaults are those of librosa 0.10, with its centred frames and Slaney bands.</summary>
internal sealed record MelSettings
{
    public const int DefaultSampleRate = 22_050;

    private const int ShortestFft = 32;
    private const int LongestFft = 65_536;
    private const int MostBands = 1024;

    public static MelSettings Default { get; } = new();

    /// <summary>Samples per frame, a power of two. Default: 2048.</summary>
    public int FftLength { get; init; } = 2048;

    /// <summary>Samples from one frame to the next. Default: 512.</summary>
    public int HopLength { get; init; } = 512;

    /// <summary>Rows of the result. Default: 128.</summary>
    public int Bands { get; init; } = 128;

    /// <summary>Lower edge of the lowest band in Hz. Default: 0.</summary>
    public double LowestFrequency { get; init; }

    /// <summary>Upper edge of the highest band in Hz; null = half the sample rate. Default: null.</summary>
    public double? HighestFrequency { get; init; }

    /// <summary>Cells further below the loudest one are raised to it, in dB; null = none is. Default: 80.</summary>
    public double? TopDecibels { get; init; } = 80;

    /// <exception cref="MeshException"><c>invalid_argument</c>, with the member, its bounds and its value.</exception>
    public void Validate(int sampleRate)
    {
        if (FftLength is < ShortestFft or > LongestFft || !BitOperations.IsPow2(FftLength))
        {
            throw MeshException.InvalidArgument(
                $"n_fft must be a power of two between {ShortestFft} and {LongestFft}, was {FftLength}.");
        }

        if (HopLength < 1 || HopLength > FftLength)
        {
            throw MeshException.InvalidArgument($"hop_length must be between 1 and n_fft ({FftLength}), was {HopLength}.");
        }

        if (Bands is < 1 or > MostBands)
        {
            throw MeshException.InvalidArgument($"n_mels must be between 1 and {MostBands}, was {Bands}.");
        }

        var highest = HighestFrequency ?? sampleRate / 2.0;
        // Written so that NaN fails too.
        if (!(LowestFrequency >= 0 && LowestFrequency < highest && highest <= sampleRate / 2.0))
        {
            throw MeshException.InvalidArgument(FormattableString.Invariant(
                $"fmin and fmax must be 0 <= fmin < fmax <= {sampleRate / 2.0} Hz (half the sample rate), were {LowestFrequency} and {highest}."));
        }

        if (TopDecibels is { } top && !(top >= 0))
        {
            throw MeshException.InvalidArgument(FormattableString.Invariant($"top_db must not be negative, was {top}."));
        }
    }
}
