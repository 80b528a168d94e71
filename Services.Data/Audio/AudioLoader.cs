using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

/// <summary>
/// Decodes, mixes and resamples as librosa.load does, one block after the other: only the result is held in memory, and a file
/// that unfolds into more than is allowed is given up.
/// </summary>
internal sealed class AudioLoader(IOptions<AudioOptions> options, SoxrLibrary soxr, SndFileLibrary sndFile)
{
    private const int BlockFrames = 4096;

    /// <summary>Samples of a result per second that is allowed: what is shorter may have a higher sample rate.</summary>
    private const int MostSamplesPerSecond = 48_000;

    /// <summary>Frames for which room is made per byte of the file, on the word of its header; more need a proof.</summary>
    private const int MostUnfolding = 16;

    public Waveform Load(ReadOnlyMemory<byte> file, int? sampleRate, CancellationToken cancellationToken)
    {
        if (sampleRate is { } wanted)
        {
            AudioLimits.CheckSampleRate(wanted, "The sample rate");
        }

        using var reader = Open(file);
        var (from, to) = (reader.SampleRate, sampleRate ?? reader.SampleRate);
        CheckLength(reader.Frames ?? 0, from, to);
        var expected = ResampledLength(Math.Min(reader.Frames ?? 0, MostUnfolding * (long)file.Length), from, to);
        using var sink = new SampleSink(from == to ? null : new Resampler(soxr, from, to), (int)expected);
        var interleaved = new float[BlockFrames * reader.Channels];
        var frames = 0L;
        for (int read; (read = reader.Read(interleaved)) > 0; frames += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CheckLength(frames + read, from, to);
            var mono = interleaved.AsSpan(0, read);
            MixDown(interleaved.AsSpan(0, read * reader.Channels), reader.Channels, mono);
            CheckFinite(mono, frames, from);
            sink.Write(mono);
        }

        return frames > 0
            ? new Waveform(sink.Finish((int)ResampledLength(frames, from, to)), to)
            : throw MeshException.InvalidArgument("A recording has samples, this one has none.");
    }

    private IAudioReader Open(ReadOnlyMemory<byte> file)
    {
        if (WaveHeader.Matches(file.Span))
        {
            return new WaveReader(file);
        }

        return SndFileReader.Matches(file.Span)
            ? new SndFileReader(sndFile, file)
            : throw MeshException.InvalidArgument(
                "Expected a recording that begins as WAV, FLAC, Ogg or MP3 does, found "
                + (file.IsEmpty ? "an empty file." : $"the bytes {Convert.ToHexString(file.Span[..Math.Min(8, file.Length)])}."));
    }

    private void CheckLength(long frames, int from, int to)
    {
        long longest = options.Value.LongestSeconds;
        if (frames > longest * from)
        {
            throw MeshException.InvalidArgument(
                $"A recording may be {longest} seconds long ({longest * from} frames at its sample rate), this one has {frames} "
                + $"or more. Cut it, or raise {AudioOptions.Section}:{nameof(AudioOptions.LongestSeconds)}.");
        }

        if (ResampledLength(frames, from, to) > longest * MostSamplesPerSecond)
        {
            throw MeshException.InvalidArgument(
                $"A waveform may have {longest * MostSamplesPerSecond} samples, {frames} frames or more of {from} Hz have more at {to} Hz. "
                + "Cut the recording, or ask for a lower sample rate.");
        }
    }

    /// <summary>The mean of the channels, in single precision as numpy computes it. In place: a sum never overtakes its channels.</summary>
    private static void MixDown(ReadOnlySpan<float> interleaved, int channels, Span<float> mono)
    {
        for (var frame = 0; frame < mono.Length && channels > 1; frame++)
        {
            var sum = interleaved[frame * channels];
            for (var channel = 1; channel < channels; channel++)
            {
                sum += interleaved[(frame * channels) + channel];
            }

            mono[frame] = sum / channels;
        }
    }

    private static void CheckFinite(ReadOnlySpan<float> samples, long before, int sampleRate)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            if (!float.IsFinite(samples[i]))
            {
                throw MeshException.InvalidArgument(FormattableString.Invariant(
                    $"Samples are finite numbers, the one at {(before + i) / (double)sampleRate:0.######} s is {samples[i]}."));
            }
        }
    }

    /// <summary>Rounded up, in librosa's order of operations.</summary>
    private static long ResampledLength(long frames, int from, int to) =>
        from == to ? frames : (long)Math.Ceiling(frames * ((double)to / from));
}
