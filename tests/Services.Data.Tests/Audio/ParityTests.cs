using Skipper.Services.Data.Audio;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Audio;

/// <summary>The numbers of librosa 0.10: ours beside arrays of numpy and scipy, and beside librosa's own where they are at hand.</summary>
public sealed class ParityTests
{
    private const double Direct = 1e-4;
    private const double Resampled = 1e-3;

    [Theory]
    [InlineData("plain.wav", Direct)]
    [InlineData("small.wav", Direct, 1024, 256, 64)]
    [InlineData("down.flac", Resampled)]
    [InlineData("up.flac", Resampled)]
    [InlineData("voice.ogg", Resampled)]
    [InlineData("song.mp3", Resampled)]
    public void A_clip_gives_the_mel_spectrogram_that_numpy_and_scipy_compute(
        string file, double tolerance, int length = 2048, int hop = 512, int bands = 128)
    {
        NativeLibraries.RequireAudio();
        var waveform = Sounds.Load(Sounds.Golden(file), MelSettings.DefaultSampleRate);
        var settings = new MelSettings { FftLength = length, HopLength = hop, Bands = bands };

        var actual = Sounds.Mel(waveform, settings);

        AssertWithin(tolerance, Sounds.Difference(Sounds.Array(Sounds.GoldenPath(Path.ChangeExtension(file, ".npy"))), actual));
    }

    [Theory]
    [InlineData("tones_sweep_clicks_22050_mono_pcm16", "sr22050", Direct)]
    [InlineData("tones_sweep_clicks_22050_mono_pcm16", "sr22050_fft1024_hop256_mel64", Direct, 1024, 256, 64)]
    [InlineData("speech_chord_44100_stereo_pcm16", "sr22050", Resampled)]
    [InlineData("speech_chord_44100_stereo_pcm16", "native", Direct)]
    [InlineData("sweep_noise_16000_mono_float32", "sr22050", Resampled)]
    [InlineData("sweep_noise_16000_mono_float32", "native", Direct)]
    [InlineData("ping_0p05s_22050_mono_pcm16", "sr22050", Direct)]
    [InlineData("silence_22050_mono_pcm16", "sr22050", Direct)]
    public void A_clip_gives_the_mel_spectrogram_of_librosa(
        string clip, string variant, double tolerance, int length = 2048, int hop = 512, int bands = 128)
    {
        var expected = Sounds.Array(ReferenceData.Find($"audio/{clip}.{variant}.mel_db.npy"));
        NativeLibraries.RequireAudio();
        var settings = new MelSettings { FftLength = length, HopLength = hop, Bands = bands };

        var actual = Sounds.Mel(LoadReference(clip, variant == "native" ? null : MelSettings.DefaultSampleRate), settings);

        AssertWithin(tolerance, Sounds.Difference(expected, actual));
    }

    [Theory]
    [InlineData("tones_sweep_clicks_22050_mono_pcm16")]
    [InlineData("speech_chord_44100_stereo_pcm16")]
    [InlineData("sweep_noise_16000_mono_float32")]
    [InlineData("ping_0p05s_22050_mono_pcm16")]
    [InlineData("silence_22050_mono_pcm16")]
    public void A_clip_gives_the_samples_of_librosa(string clip)
    {
        var expected = Sounds.Array(ReferenceData.Find($"audio/{clip}.sr22050.y.npy"));
        NativeLibraries.RequireAudio();

        var actual = LoadReference(clip, MelSettings.DefaultSampleRate);

        // Within an ulp or so of the largest sample: libsoxr chooses its instructions by processor.
        AssertWithin(2e-7, Sounds.Difference(expected.Values, actual.Samples.Span));
    }

    [Fact]
    public void The_mel_filters_are_those_of_librosa()
    {
        var expected = Sounds.Array(ReferenceData.Find("audio/mel_filterbank_sr22050_fft2048_mel128.npy"));
        var bank = new MelFilterBank(22050, 2048, 128, 0, 11025);

        for (var band = 0; band < bank.Bands; band++)
        {
            AssertWithin(1e-8, Sounds.Difference(expected.Row(band), Array.ConvertAll(bank.Weights(band), weight => (float)weight)));
        }
    }

    [Fact]
    public void The_energies_before_the_logarithm_are_those_of_librosa()
    {
        var expected = Sounds.Array(ReferenceData.Find("audio/tones_sweep_clicks_22050_mono_pcm16.sr22050.mel_power.npy"));
        var waveform = LoadReference("tones_sweep_clicks_22050_mono_pcm16", null);

        var actual = new MelSpectrum(waveform.SampleRate, MelSettings.Default)
            .Compute(waveform.Samples.Span, TestContext.Current.CancellationToken);

        for (var i = 0; i < expected.Values.Length; i++)
        {
            Assert.InRange(actual.Values[i], (expected.Values[i] * (1 - 1e-5)) - 1e-12, (expected.Values[i] * (1 + 1e-5)) + 1e-12);
        }
    }

    private static Waveform LoadReference(string clip, int? sampleRate) =>
        Sounds.Load(File.ReadAllBytes(ReferenceData.Find($"audio/{clip}.wav")), sampleRate);

    private static void AssertWithin(double tolerance, double difference)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"Largest difference: {difference:e2}");
        Assert.True(difference <= tolerance, $"The largest difference is {difference:e2}, allowed is {tolerance:e2}.");
    }
}
