using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Skipper.Bench.Running;
using Skipper.Services.Data.Images;
using Skipper.Testing;

namespace Skipper.Bench.Images;

/// <summary>
/// Images per second from the bytes of a file to an array, on one thread, against Debian's Pillow and NumPy doing the same in
/// turns. One million pixels of PNG or JPEG in, the same numbers out.
/// </summary>
internal static class ImageBench
{
    private const int Rounds = 5;
    private const double SecondsPerCase = 0.5;
    private const string Python = "/usr/bin/python3";
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Images", "pillow.py");
    private static readonly ImagePreset[] Presets = [ImagePreset.Seed256, ImagePreset.ImageNet224];

    public static async Task RunAsync()
    {
        await Packages.InstallAsync("python3-pil", "python3-numpy", "libturbojpeg0");
        var folder = Directory.CreateTempSubdirectory("skipper-bench-").FullName;
        try
        {
            await PillowAsync("make", folder);
            await CompareAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(string folder)
    {
        var ours = new List<Dictionary<string, double>>();
        var pillow = new List<Dictionary<string, double>>();
        Measure(folder);
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(Measure(folder));
            var said = await PillowAsync("run", folder, SecondsPerCase.ToString(CultureInfo.InvariantCulture));
            pillow.Add(JsonSerializer.Deserialize<Dictionary<string, double>>(said)!);
        }

        foreach (var name in ours[0].Keys)
        {
            Report.Print(
                "image",
                name,
                "images/s",
                Median(ours, name),
                new Dictionary<string, double> { ["pillow"] = Median(pillow, name) },
                higherIsBetter: true);
        }
    }

    private static Dictionary<string, double> Measure(string folder)
    {
        var results = new Dictionary<string, double>();
        var preprocessor = new ImagePreprocessor(pixelLimit: 50_000_000);
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            var file = File.ReadAllBytes(path);
            foreach (var preset in Presets)
            {
                var (count, started) = (0, Stopwatch.GetTimestamp());
                while (Stopwatch.GetElapsedTime(started).TotalSeconds < SecondsPerCase)
                {
                    preprocessor.Run(file, preset, applyOrientation: false);
                    count++;
                }

                results[$"{preset.Name} {Path.GetFileName(path)}"] = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
            }
        }

        return results;
    }

    private static double Median(List<Dictionary<string, double>> rounds, string name) =>
        rounds.Select(round => round[name]).Order().ElementAt(rounds.Count / 2);

    private static async Task<string> PillowAsync(params string[] arguments)
    {
        await using var script = ChildProcess.Start(Python, [Script, .. arguments], new Dictionary<string, string?>());
        var code = await script.WaitForExitAsync(CancellationToken.None);
        return code == 0
            ? script.Lines is [.., var last] ? last : ""
            : throw new InvalidOperationException($"pillow.py ended with exit code {code}:\n{script.Output}");
    }
}
