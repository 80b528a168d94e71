using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

/// <summary>What a header may say without being taken for a lie.</summary>
internal static class AudioLimits
{
    public const int LowestSampleRate = 1_000;
    public const int HighestSampleRate = 768_000;
    public const int MostChannels = 64;

    public static void CheckSampleRate(long sampleRate, string name)
    {
        if (sampleRate is < LowestSampleRate or > HighestSampleRate)
        {
            throw MeshException.InvalidArgument(
                $"{name} must be between {LowestSampleRate} and {HighestSampleRate} Hz, was {sampleRate}.");
        }
    }

    /// <returns>The sample rate.</returns>
    public static int CheckFile(long sampleRate, int channels)
    {
        if (channels is < 1 or > MostChannels)
        {
            throw MeshException.InvalidArgument(
                $"A recording has between 1 and {MostChannels} channels, the header of this one says {channels}.");
        }

        CheckSampleRate(sampleRate, "The sample rate in the header of a recording");
        return (int)sampleRate;
    }
}
