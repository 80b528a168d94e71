using Skipper.Services.Data.Audio;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Tests.Audio;

public sealed class MelSpectrumTests
{
    [Fact]
    public void The_lowest_filter_rises_and_falls_over_four_bins()
    {
        var weights = new MelFilterBank(22050, 2048, 128, 0, 11025).Weights(0);

        Assert.Equal(1025, weights.Length);
        Assert.Equal([0, 0.0161828532, 0.0323657064, 0.0289900880, 0.0128072348, 0], weights[..6].Select(weight => Math.Round(weight, 10)));
    }

    [Fact]
    public void Filters_of_all_bands_have_the_same_area()
    {
        // Many bins per filter, so that the sum over bins is close to the integral.
        const int Length = 65536;
        var bank = new MelFilterBank(16000, Length, 40, 300, 7000);

        for (var band = 0; band < 40; band++)
        {
            Assert.Equal(1, bank.Weights(band).Sum() * 16000 / Length, 1e-3);
        }
    }

    [Fact]
    public void A_tone_is_loudest_in_the_band_around_it()
    {
        // By definition 1000 Hz is mel 15: of nine bands between mel 10 and 20 the fifth has its peak there.
        var settings = new MelSettings
        {
            Bands = 9,
            LowestFrequency = 10 * 200 / 3.0,
            HighestFrequency = 1000 * Math.Pow(6.4, 5 / 27.0),
        };

        var mel = Sounds.Mel(Tone(1000, 22050, 8192), settings);

        Assert.Equal(4, Enumerable.Range(0, 9).MaxBy(band => mel[band, 8]));
    }

    [Fact]
    public void A_clip_later_by_one_hop_gives_the_same_frames_one_later()
    {
        var early = new float[8192];
        Tone(700, 22050, 1024).Samples.CopyTo(early.AsMemory(3000));
        var late = new float[8192];
        early.AsSpan(0, 8192 - 512).CopyTo(late.AsSpan(512));

        var (first, second) = (Sounds.Mel(new Waveform(early, 22050)), Sounds.Mel(new Waveform(late, 22050)));

        for (var frame = 0; frame + 1 < first.Frames; frame++)
        {
            Assert.Equal(
                Enumerable.Range(0, 128).Select(band => first[band, frame]),
                Enumerable.Range(0, 128).Select(band => second[band, frame + 1]));
        }
    }

    [Fact]
    public void Silence_is_zero_everywhere()
    {
        var mel = Sounds.Mel(new Waveform(new float[2000], 22050));

        Assert.Equal((128, 4), (mel.Bands, mel.Frames));
        Assert.All(mel.Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_loudest_cell_is_zero_and_the_quietest_is_cut_where_asked()
    {
        var tone = Tone(440, 22050, 22050);

        Assert.Equal((-80, 0), (Sounds.Mel(tone).Values.Min(), Sounds.Mel(tone).Values.Max()));
        Assert.Equal(-30, Sounds.Mel(tone, new MelSettings { TopDecibels = 30 }).Values.Min());
        Assert.InRange(Sounds.Mel(tone, new MelSettings { TopDecibels = null }).Values.Min(), -150, -100);
    }

    [Fact]
    public void A_louder_clip_has_the_same_spectrogram()
    {
        var tone = Tone(440, 22050, 22050);
        var louder = tone.Samples.ToArray().Select(sample => 4 * sample).ToArray();

        // A power of two keeps every digit of samples and energies; the logarithms differ in their last.
        var (quiet, loud) = (Sounds.Mel(tone), Sounds.Mel(new Waveform(louder, 22050)));
        Assert.True(Sounds.Difference(Array.ConvertAll(quiet.Values, value => (double)value), loud.Values) < 1e-5);
    }

    [Fact]
    public void One_clip_leaves_nothing_behind_for_the_next()
    {
        var (frontEnd, token) = (Sounds.FrontEnd(), TestContext.Current.CancellationToken);
        var (shortTone, longTone) = (Tone(440, 22050, 300), Tone(2000, 22050, 9000));
        var few = new MelSettings { Bands = 40 };

        foreach (var (tone, settings) in new[]
        {
            (shortTone, MelSettings.Default), (longTone, MelSettings.Default), (shortTone, MelSettings.Default),
            (shortTone, few), (longTone with { SampleRate = 44100 }, few), (longTone, few),
        })
        {
            Assert.Equal(Sounds.Mel(tone, settings).Values, frontEnd.MelDecibels(tone, settings, token).Values);
        }
    }

    [Fact]
    public void Samples_that_overflow_are_refused()
    {
        var exception = Assert.Throws<MeshException>(() => Sounds.Mel(new Waveform(new[] { 3e30f, 3e30f, 3e30f }, 22050)));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains("too loud", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 512, 128, 0, null, "n_fft")]
    [InlineData(16, 16, 128, 0, null, "n_fft")]
    [InlineData(131072, 512, 128, 0, null, "n_fft")]
    [InlineData(2048, 0, 128, 0, null, "hop_length")]
    [InlineData(2048, 2049, 128, 0, null, "hop_length")]
    [InlineData(2048, 512, 0, 0, null, "n_mels")]
    [InlineData(2048, 512, 5000, 0, null, "n_mels")]
    [InlineData(2048, 512, 128, 5000.0, 4000.0, "fmin")]
    [InlineData(2048, 512, 128, 0, 12000.0, "fmax")]
    [InlineData(2048, 512, 128, double.NaN, null, "fmin")]
    public void Settings_outside_of_their_bounds_are_refused_by_name(
        int length, int hop, int bands, double lowest, double? highest, string name)
    {
        var settings = new MelSettings
        {
            FftLength = length,
            HopLength = hop,
            Bands = bands,
            LowestFrequency = lowest,
            HighestFrequency = highest,
        };

        var exception = Assert.Throws<MeshException>(() => Sounds.Mel(new Waveform(new float[100], 22050), settings));

        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    private static Waveform Tone(double frequency, int sampleRate, int length) => new(
        Enumerable.Range(0, length).Select(i => (float)(0.1 * Math.Sin(2 * Math.PI * frequency * i / sampleRate))).ToArray(), sampleRate);
}
