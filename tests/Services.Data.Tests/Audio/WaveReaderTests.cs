using System.Buffers.Binary;
using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Audio;

public sealed class WaveReaderTests
{
    private static readonly byte[] TwoSamples = [0x00, 0x40, 0x00, 0x80];
    private static readonly float[] TwoValues = [0.5f, -1];

    [Theory]
    [InlineData(1, 8, "00 40 80 FF", new[] { -1f, -0.5f, 0, 127 / 128f })]
    [InlineData(1, 16, "0080 FF7F 0000 0100", new[] { -1f, 32767 / 32768f, 0, 1 / 32768f })]
    [InlineData(1, 24, "000080 FFFF7F 000000 010000", new[] { -1f, 8388607 / 8388608f, 0, 1 / 8388608f })]
    [InlineData(1, 32, "00000080 00000040 00000000 00010000", new[] { -1f, 0.5f, 0, 1 / 8388608f })]
    [InlineData(3, 32, "0000803F 00000040 000000BF 00000000", new[] { 1f, 2, -0.5f, 0 })]
    [InlineData(3, 64, "000000000000F03F 0000000000000040 000000000000E0BF", new[] { 1f, 2, -0.5f })]
    public void Samples_are_scaled_to_one_and_floats_are_kept(int tag, int bits, string samples, float[] expected)
    {
        var file = Sounds.Wav(tag, bits, Convert.FromHexString(samples.Replace(" ", "", StringComparison.Ordinal)));

        Assert.Equal(expected, Sounds.Load(file).Samples.ToArray());
    }

    [Theory]
    [InlineData("alaw")]
    [InlineData("ulaw")]
    public void Every_code_of_telephony_gives_the_sample_of_libsndfile(string name)
    {
        var expected = Sounds.Array(Sounds.GoldenPath($"{name}.npy")).Values;

        Assert.Equal(expected, Sounds.Load(Sounds.Golden($"{name}.wav")).Samples.ToArray().Select(sample => (double)sample));
    }

    [Fact]
    public void Channels_are_mixed_to_their_mean()
    {
        var file = Sounds.Wav(1, 8, [0x80, 0xC0, 0x80, 0xFF, 0xC0, 0x40], channels: 3);

        Assert.Equal([0.5f / 3, (127 / 128f) / 3], Sounds.Load(file).Samples.ToArray());
    }

    [Fact]
    public void The_extensible_format_is_read()
    {
        var plain = Sounds.Wav(1, 16, TwoSamples)[20..36];
        byte[] format =
        [
            0xFE, 0xFF, .. plain[2..], 22, 0, 16, 0, 4, 0, 0, 0,
            1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71,
        ];

        Assert.Equal(TwoValues, Read(Sounds.Riff("RIFF", Sounds.Chunk("fmt ", format), Sounds.Chunk("data", TwoSamples))));
        format[^1]++;
        AssertRefused(Sounds.Riff("RIFF", Sounds.Chunk("fmt ", format), Sounds.Chunk("data", TwoSamples)), "extensible");
    }

    [Theory]
    [InlineData("RF64")]
    [InlineData("BW64")]
    public void Sizes_of_64_bits_are_read(string name)
    {
        var sizes = new byte[28];
        BinaryPrimitives.WriteInt64LittleEndian(sizes.AsSpan(8), TwoSamples.Length);
        byte[] behind = Sounds.Chunk("LIST", [1, 2, 3, 4]);
        byte[] data = [.. Sounds.Chunk("data", TwoSamples, uint.MaxValue), .. behind];

        Assert.Equal(TwoValues, Read(Sounds.Riff(name, Sounds.Chunk("ds64", sizes), Format(), data)));
        BinaryPrimitives.WriteInt64LittleEndian(sizes.AsSpan(8), 1L << 40);
        AssertRefused(Sounds.Riff(name, Sounds.Chunk("ds64", sizes), Format(), data), "cut off");
        BinaryPrimitives.WriteInt64LittleEndian(sizes.AsSpan(8), -8);
        AssertRefused(Sounds.Riff(name, Sounds.Chunk("ds64", sizes), Format(), data), "-8 bytes");
    }

    [Fact]
    public void Other_chunks_are_passed_over_also_where_their_size_is_odd()
    {
        var file = Sounds.Riff(
            "RIFF", Sounds.Chunk("JUNK", [1, 2, 3]), Format(), Sounds.Chunk("fact", [2, 0, 0, 0]), Sounds.Chunk("data", TwoSamples),
            Sounds.Chunk("LIST", Encoding.ASCII.GetBytes("behind the samples")));

        Assert.Equal(TwoValues, Read(file));
    }

    [Theory]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FFFF024u)]
    [InlineData(0u)]
    public void A_size_that_was_never_filled_in_means_to_the_end(uint size)
    {
        var file = Sounds.Riff("RIFF", Format(), Sounds.Chunk("data", [.. TwoSamples, 7], size));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), size);

        // The byte that completes no sample, and the one that fills it up to an even size, are two: one sample more.
        Assert.Equal([.. TwoValues, 7 / 32768f], Read(file));
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        var whole = Sounds.Riff("RIFF", Sounds.Chunk("JUNK", new byte[5]), Format(), Sounds.Chunk("data", TwoSamples));
        Assert.Equal(TwoValues, Read(whole));

        for (var length = 0; length < whole.Length; length++)
        {
            AssertRefused(whole[..length], "");
        }
    }

    [Theory]
    [InlineData(22, 0, "channels")]
    [InlineData(22, 65, "frame")]
    [InlineData(25, 0, "sample rate")]
    [InlineData(27, 0xFF, "sample rate")]
    [InlineData(32, 7, "frame")]
    [InlineData(34, 12, "bits")]
    [InlineData(20, 2, "format 2")]
    public void A_header_that_cannot_be_true_is_refused(int at, byte value, string reason)
    {
        var file = Sounds.Wav(1, 16, TwoSamples);
        file[at] = value;

        AssertRefused(file, reason);
    }

    [Fact]
    public void No_channels_and_too_many_are_refused()
    {
        AssertRefused(Sounds.Wav(1, 16, TwoSamples, channels: 0), "channels");
        AssertRefused(Sounds.Wav(1, 8, new byte[65], channels: 65), "channels");
    }

    [Fact]
    public void Samples_before_their_format_and_no_samples_are_refused()
    {
        AssertRefused(Sounds.Riff("RIFF", Sounds.Chunk("data", TwoSamples), Format()), "fmt chunk before");
        AssertRefused(Sounds.Riff("RIFF", Format()), "'data'");
        AssertRefused(Sounds.Riff("RIFF", Format(), Sounds.Chunk("data", [])), "samples");
        AssertRefused(Sounds.Riff("RIFF", Format(), Sounds.Chunk("data", []), Sounds.Chunk("LIST", new byte[8])), "no samples");
        AssertRefused(Sounds.Riff("RIFF", Format(), Sounds.Chunk("data", [1])), "samples");
        AssertRefused(Sounds.Riff("RIFF", Sounds.Chunk("fmt ", new byte[15]), Sounds.Chunk("data", TwoSamples)), "16 bytes");
    }

    [Theory]
    [InlineData("0000C07F")]
    [InlineData("0000807F")]
    [InlineData("000080FF")]
    public void A_sample_that_is_no_number_is_refused_with_its_time(string sample)
    {
        byte[] samples = [.. new byte[8000 * 4], .. Convert.FromHexString(sample)];

        AssertRefused(Sounds.Wav(3, 32, samples), "1 s");
    }

    private static byte[] Format() => Sounds.Chunk("fmt ", Sounds.Wav(1, 16, TwoSamples)[20..36]);

    private static float[] Read(byte[] file) => Sounds.Load(file).Samples.ToArray();

    private static void AssertRefused(byte[] file, string reason)
    {
        var exception = Assert.Throws<MeshException>(() => Sounds.Load(file));
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
