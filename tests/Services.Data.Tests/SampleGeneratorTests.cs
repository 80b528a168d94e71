using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Skipper.Services.Data.Tests;

public sealed class SampleGeneratorTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task The_sample_is_what_its_generator_writes()
    {
        Assert.SkipUnless(File.Exists(Python), $"{Python} is not installed");
        var token = TestContext.Current.CancellationToken;
        var samples = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../samples"));
        using var generator = Process.Start(new ProcessStartInfo(Python, [Path.Combine(samples, "generate_housing.py")])
        {
            RedirectStandardOutput = true,
        })!;

        var written = await generator.StandardOutput.ReadToEndAsync(token);
        await generator.WaitForExitAsync(token);

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(samples, "housing.csv"), token), written);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
