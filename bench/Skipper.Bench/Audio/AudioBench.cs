using System.Diagnostics;
using Microsoft.Extensions.Options;
using Skipper.Bench.Running;
using Skipper.Services.Data.Audio;

namespace Skipper.Bench.Audio;

/// <summary>
/// Microseconds per frame of a mel spectrogram in dB, on one thread, against Debian's NumPy and SciPy in turns. Both must come to
/// the same numbers.
/// </summary>
internal static class AudioBench
{
    private const int Rounds = 15;
    private const int SampleRate = MelSettings.DefaultSampleRate;
    private const double Tolerance = 1e-3;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly AudioFrontEnd FrontEnd =
        new(new AudioLoader(Options.Create(new AudioOptions()), new SoxrLibrary(), new SndFileLibrary()));
    private static readonly string[] Peers = ["scipy", "scipy_dense"];

    public static async Task RunAsync()
    {
        await Packages.InstallAsync("python3-numpy", "python3-scipy");
        foreach (var seconds in new[] { 1, 10, 60 })
        {
            await RunAsync(seconds, MelSettings.Default);
        }

        await RunAsync(60, new MelSettings { FftLength = 1024, HopLength = 256, Bands = 64 });
    }

    private static async Task RunAsync(int seconds, MelSettings settings)
    {
        var folder = Directory.CreateTempSubdirectory("skipper-bench-").FullName;
        try
        {
            var waveform = Music(seconds);
            using var scipy = MelScript.Start(folder, waveform);
            var times = Peers.Append("ours").ToDictionary(name => name, _ => new List<double>());
            await WarmUpAsync(waveform, settings, scipy);
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var (name, list) in times)
                {
                    list.Add(name == "ours" ? Ours(waveform, settings) : await scipy.RunAsync(name, SampleRate, settings));
                }
            }

            scipy.Compare(FrontEnd.MelDecibels(waveform, settings, CancellationToken.None), Tolerance);
            Print(seconds, settings, waveform, times);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Until the compiler has seen which of our loops are hot, and SciPy has its tables.</summary>
    private static async Task WarmUpAsync(Waveform waveform, MelSettings settings, MelScript scipy)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < WarmUp;)
        {
            Ours(waveform, settings);
        }

        foreach (var peer in Peers)
        {
            await scipy.RunAsync(peer, SampleRate, settings);
        }
    }

    private static void Print(int seconds, MelSettings settings, Waveform waveform, Dictionary<string, List<double>> times)
    {
        var frames = 1 + (waveform.Samples.Length / settings.HopLength);
        var medians = times.ToDictionary(peer => peer.Key, peer => peer.Value.Order().ElementAt(Rounds / 2) * 1e6 / frames);
        medians.Remove("ours", out var ours);
        Report.Print(
            "audio",
            $"{seconds} s, n_fft {settings.FftLength}, hop {settings.HopLength}, {settings.Bands} bands",
            "us/frame",
            ours,
            medians,
            higherIsBetter: false);
    }

    private static double Ours(Waveform waveform, MelSettings settings)
    {
        var started = Stopwatch.GetTimestamp();
        FrontEnd.MelDecibels(waveform, settings, CancellationToken.None);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>A chord that fades every second, and noise.</summary>
    private static Waveform Music(int seconds)
    {
        var random = new Random(1);
        var samples = new float[seconds * SampleRate];
        for (var i = 0; i < samples.Length; i++)
        {
            var time = (double)i / SampleRate;
            var chord = Math.Sin(1382 * time) + Math.Sin(1741 * time) + Math.Sin(2071 * time);
            samples[i] = (float)((0.2 * chord * Math.Exp(-3 * (time % 1))) + (0.01 * (random.NextDouble() - 0.5)));
        }

        return new Waveform(samples, SampleRate);
    }
}
