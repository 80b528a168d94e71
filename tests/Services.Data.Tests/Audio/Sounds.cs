using System.Buffers.Binary;
using Microsoft.Extensions.Options;
using Skipper.Services.Data.Audio;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Tests.Audio;

/// <summary>Recordings and what is expected of them.</summary>
internal static class Sounds
{
    public static AudioFrontEnd FrontEnd(int longestSeconds = 1800) => FrontEnd(new SoxrLibrary(), new SndFileLibrary(), longestSeconds);

    public static AudioFrontEnd FrontEnd(SoxrLibrary soxr, SndFileLibrary sndFile, int longestSeconds = 1800) =>
        new(new AudioLoader(Options.Create(new AudioOptions { LongestSeconds = longestSeconds }), soxr, sndFile));

    public static Waveform Load(byte[] file, int? sampleRate = null) =>
        FrontEnd().Load(file, sampleRate, TestContext.Current.CancellationToken);

    public static Spectrogram Mel(Waveform waveform, MelSettings? settings = null) =>
        FrontEnd().MelDecibels(waveform, settings ?? MelSettings.Default, TestContext.Current.CancellationToken);

    /// <summary>A file that <c>golden.py</c> made.</summary>
    public static byte[] Golden(string name) => File.ReadAllBytes(GoldenPath(name));

    public static string GoldenPath(string name) => Path.Combine(AppContext.BaseDirectory, "Audio", "Golden", name);

    public static Matrix Array(string path)
    {
        using var stream = File.OpenRead(path);
        return NpyFile.Read(stream);
    }

    /// <summary>The largest difference of two spectrograms of the same shape.</summary>
    public static double Difference(Matrix expected, Spectrogram actual)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Bands, actual.Frames));
        return Difference(expected.Values, actual.Values);
    }

    public static double Difference(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(double.IsFinite(expected[i]) && float.IsFinite(actual[i]), $"Value {i}: {expected[i]}, {actual[i]}");
            largest = Math.Max(largest, Math.Abs(expected[i] - actual[i]));
        }

        return largest;
    }

    /// <summary>A WAV file with one chunk of format and one of samples.</summary>
    public static byte[] Wav(int tag, int bits, byte[] samples, int channels = 1, uint sampleRate = 8000)
    {
        var frame = channels * bits / 8;
        var format = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, (ushort)tag);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteUInt32LittleEndian(format.AsSpan(4), sampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(format.AsSpan(8), (uint)(sampleRate * frame));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(12), (ushort)frame);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), (ushort)bits);
        return Riff("RIFF", Chunk("fmt ", format), Chunk("data", samples));
    }

    public static byte[] Riff(string name, params byte[][] chunks)
    {
        byte[] content = [.. "WAVE"u8, .. chunks.SelectMany(chunk => chunk)];
        return Chunk(name, content);
    }

    /// <summary>A chunk; one of an odd size is followed by a byte that belongs to none.</summary>
    public static byte[] Chunk(string name, byte[] content, uint? size = null)
    {
        var header = new byte[8];
        System.Text.Encoding.ASCII.GetBytes(name, header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), size ?? (uint)content.Length);
        return [.. header, .. content, .. new byte[content.Length % 2]];
    }
}
