using System.Numerics;
using Skipper.Services.Data.Audio;

namespace Skipper.Services.Data.Tests.Audio;

public sealed class PowerSpectrumTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(2048)]
    public void A_frame_gives_what_the_definition_of_the_transform_gives(int length)
    {
        var random = new Random(length);
        var frame = Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var window = Enumerable.Range(0, length).Select(_ => random.NextDouble()).ToArray();
        var power = new double[(length / 2) + 1];

        new PowerSpectrum(window).Compute(frame, power);

        for (var bin = 0; bin < power.Length; bin++)
        {
            var sum = Complex.Zero;
            for (var i = 0; i < length; i++)
            {
                sum += window[i] * frame[i] * Complex.FromPolarCoordinates(1, -2 * Math.PI * ((long)bin * i % length) / length);
            }

            Assert.Equal((sum * Complex.Conjugate(sum)).Real, power[bin], 1e-11 * length);
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(65536)]
    public void A_long_frame_keeps_its_energy(int length)
    {
        var random = new Random(7);
        var frame = Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var window = PowerSpectrum.Hann(length);
        var power = new double[(length / 2) + 1];

        new PowerSpectrum(window).Compute(frame, power);

        // Parseval: all bins but the first and the last stand for two.
        var energy = frame.Zip(window, (sample, weight) => sample * weight * sample * weight).Sum();
        Assert.Equal(energy, ((2 * power.Sum()) - power[0] - power[^1]) / length, 1e-9 * energy);
    }

    [Fact]
    public void The_window_is_periodic()
    {
        var window = PowerSpectrum.Hann(8);

        double[] expected = [0, 0.1464466094, 0.5, 0.8535533906, 1, 0.8535533906, 0.5, 0.1464466094];
        Assert.Equal(expected, window.Select(weight => Math.Round(weight, 10)));
    }

    [Fact]
    public void Frames_allocate_nothing()
    {
        var spectrum = new PowerSpectrum(PowerSpectrum.Hann(2048));
        var bank = new MelFilterBank(22050, 2048, 128, 0, 11025);
        var (frame, power, energies) = (new float[2048], new double[bank.PaddedBins], new double[bank.Bands]);
        Compute();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Compute();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Compute()
        {
            spectrum.Compute(frame, power);
            bank.Apply(power, energies);
        }
    }

    [Fact]
    public void A_frame_of_another_length_is_refused()
    {
        var spectrum = new PowerSpectrum(PowerSpectrum.Hann(64));

        Assert.Throws<ArgumentException>(() => spectrum.Compute(new float[63], new double[33]));
        Assert.Throws<ArgumentException>(() => spectrum.Compute(new float[64], new double[32]));
    }
}
