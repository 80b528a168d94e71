using Skipper.Services.Data.Audio;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Audio;

public sealed class AudioLoaderTests
{
    [Theory]
    [InlineData(44100, 22050, 44101, 22051)]
    [InlineData(48000, 22050, 1, 1)]
    [InlineData(16000, 22050, 5000, 6891)]
    [InlineData(8000, 22050, 30000, 82688)]
    [InlineData(22050, 22050, 777, 777)]
    public void A_resampled_clip_is_as_long_as_that_of_librosa(uint from, int to, int length, int expected)
    {
        NativeLibraries.RequireAudio();

        var waveform = Sounds.Load(Sounds.Wav(1, 8, Enumerable.Repeat((byte)0xC0, length).ToArray(), sampleRate: from), to);

        Assert.Equal((expected, to), (waveform.Samples.Length, waveform.SampleRate));
        // A constant stays one, away from its ends.
        Assert.Equal(0.5f, waveform.Samples.Span[expected / 2], length > 1 ? 1e-3f : 1);
    }

    [Fact]
    public void A_recording_of_another_kind_is_refused_with_its_first_bytes()
    {
        AssertRefused([], "an empty file");
        AssertRefused([1, 2, 3], "010203");
        AssertRefused("GIF89a and so on"u8.ToArray(), "474946");
        AssertRefused("RIFF....AVI LIST"u8.ToArray(), "WAV, FLAC, Ogg or MP3");
        // libsndfile could read it, but what we do not promise it does not get to see.
        AssertRefused("FORM....AIFFCOMM"u8.ToArray(), "WAV, FLAC, Ogg or MP3");
    }

    [Theory]
    [InlineData("fLaC")]
    [InlineData("OggS")]
    [InlineData("ID3\u0004")]
    [InlineData("\u00FF\u00FB\u0090\u0064")]
    public void A_file_that_only_begins_right_is_refused(string beginning)
    {
        NativeLibraries.RequireAudio();

        AssertRefused([.. beginning.Select(c => (byte)c), .. Enumerable.Repeat((byte)'x', 500)], "");
    }

    [Theory]
    [InlineData("up.flac", 4800)]
    [InlineData("voice.ogg", 11025)]
    [InlineData("song.mp3", 22050)]
    public void A_recording_that_is_cut_off_is_refused(string name, int frames)
    {
        NativeLibraries.RequireAudio();
        var whole = Sounds.Golden(name);

        Assert.Equal(frames, Sounds.Load(whole).Samples.Length);
        AssertRefused(whole[..^10], "cut off");
        AssertRefused(whole[..(whole.Length / 2)], "");
        AssertRefused(whole[..60], "");
    }

    [Fact]
    public void A_recording_that_says_it_is_too_long_is_refused_before_it_is_decoded()
    {
        NativeLibraries.RequireAudio();

        // 100 seconds of silence in 2 KB.
        var exception = Assert.Throws<MeshException>(() => LoadWithin(60, Sounds.Golden("silence.flac")));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains("60 seconds long (480000 frames", exception.Message, StringComparison.Ordinal);
        Assert.Contains("this one has 800000", exception.Message, StringComparison.Ordinal);
        Assert.Equal(800_000, LoadWithin(100, Sounds.Golden("silence.flac")).Samples.Length);
    }

    [Fact]
    public void A_recording_that_hides_its_length_is_given_up_where_it_gets_too_long()
    {
        NativeLibraries.RequireAudio();
        var file = Sounds.Golden("silence.flac");
        // STREAMINFO keeps the number of samples in 36 bits; 0 = unknown.
        file[21] &= 0xF0;
        file.AsSpan(22, 4).Clear();

        var exception = Assert.Throws<MeshException>(() => LoadWithin(60, file));

        Assert.Contains("483328 or more", exception.Message, StringComparison.Ordinal);
        Assert.Equal(800_000, LoadWithin(100, file).Samples.Length);
    }

    [Fact]
    public void A_recording_that_resampling_would_blow_up_is_refused()
    {
        NativeLibraries.RequireAudio();

        var exception = Assert.Throws<MeshException>(() => LoadWithin(100, Sounds.Golden("silence.flac"), 768_000));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains("4800000 samples", exception.Message, StringComparison.Ordinal);
        Assert.Equal(4_800_000, LoadWithin(100, Sounds.Golden("silence.flac"), 48_000).Samples.Length);
    }

    [Fact]
    public void A_length_that_is_a_lie_costs_no_memory()
    {
        NativeLibraries.RequireAudio();
        var file = Sounds.Golden("silence.flac");
        // 30 minutes at 8 kHz, of which 100 seconds are there.
        (file[22], file[23], file[24], file[25]) = (0x00, 0xDB, 0xBA, 0x00);
        _ = Assert.Throws<MeshException>(() => LoadWithin(1800, file));

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = Assert.Throws<MeshException>(() => LoadWithin(1800, file));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 800_000);
    }

    [Theory]
    [InlineData("down.flac")]
    [InlineData("up.flac")]
    [InlineData("voice.ogg")]
    [InlineData("song.mp3")]
    [InlineData("plain.wav")]
    public void A_damaged_file_is_decoded_or_refused(string name)
    {
        NativeLibraries.RequireAudio();
        var random = new Random(20);
        var whole = Sounds.Golden(name);
        var refused = 0;
        for (var round = 0; round < 150; round++)
        {
            var damaged = (byte[])whole.Clone();
            // Headers are at the beginning, and there damage is worst.
            var reach = round % 2 == 0 ? Math.Min(256, damaged.Length) : damaged.Length;
            for (var i = 0; i <= round % 8; i++)
            {
                damaged[random.Next(reach)] = (byte)random.Next(256);
            }

            var length = round % 3 == 0 ? random.Next(damaged.Length) : damaged.Length;
            try
            {
                var waveform = LoadWithin(60, damaged[..length], 22050);
                Assert.InRange(waveform.Samples.Length, 1, 60 * 22050);
            }
            catch (MeshException exception) when (exception.Code == ErrorCode.InvalidArgument)
            {
                refused++;
            }
        }

        Assert.NotEqual(0, refused);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-22050)]
    [InlineData(999)]
    [InlineData(1_000_000)]
    public void A_sample_rate_outside_of_its_bounds_is_refused(int sampleRate)
    {
        var exception = Assert.Throws<MeshException>(() => Sounds.Load(Sounds.Golden("plain.wav"), sampleRate));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains("between 1000 and 768000 Hz", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_library_is_named_where_it_is_needed_and_only_there()
    {
        var frontEnd = Sounds.FrontEnd(new SoxrLibrary("libabsent-soxr.so"), new SndFileLibrary("libabsent-sndfile.so"));

        Assert.Equal(8820, Load("plain.wav", 22050).Samples.Length);
        AssertMissing("Resampling needs libsoxr", "libabsent-soxr.so", "apt-get install libsoxr0", () => Load("plain.wav", 16000));
        AssertMissing("needs libsndfile", "libabsent-sndfile.so", "apt-get install libsndfile1", () => Load("up.flac", null));

        Waveform Load(string name, int? sampleRate) =>
            frontEnd.Load(Sounds.Golden(name), sampleRate, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_library_that_is_another_one_is_named()
    {
        NativeLibraries.RequireAudio();
        var frontEnd = Sounds.FrontEnd(new SoxrLibrary("libsndfile.so.1"), new SndFileLibrary());

        AssertMissing("soxr_create is missing", "libsoxr", "libsoxr0", () =>
            frontEnd.Load(Sounds.Golden("plain.wav"), 16000, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Decoding_stops_when_it_is_cancelled()
    {
        var cancelled = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => Sounds.FrontEnd().Load(Sounds.Golden("plain.wav"), null, cancelled));
        Assert.Throws<OperationCanceledException>(() =>
            Sounds.FrontEnd().MelDecibels(new Waveform(new float[5000], 22050), MelSettings.Default, cancelled));
    }

    [Fact]
    public async Task Recordings_are_decoded_side_by_side()
    {
        NativeLibraries.RequireAudio();
        var expected = Sounds.Load(Sounds.Golden("song.mp3"), 22050).Samples.ToArray();

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Sounds.Load(Sounds.Golden("song.mp3"), 22050).Samples.ToArray(), TestContext.Current.CancellationToken)));

        Assert.All(all, samples => Assert.Equal(expected, samples));
    }

    private static Waveform LoadWithin(int seconds, byte[] file, int? sampleRate = null) =>
        Sounds.FrontEnd(seconds).Load(file, sampleRate, TestContext.Current.CancellationToken);

    private static void AssertMissing(string purpose, string file, string advice, Func<object> action)
    {
        var exception = Assert.Throws<MeshException>(action);
        Assert.Equal(ErrorCode.FailedPrecondition, exception.Code);
        Assert.Contains(purpose, exception.Message, StringComparison.Ordinal);
        Assert.Contains(file, exception.Message, StringComparison.Ordinal);
        Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(byte[] file, string reason)
    {
        var exception = Assert.Throws<MeshException>(() => Sounds.Load(file));
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
