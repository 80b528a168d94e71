using System.Diagnostics;

namespace Skipper.Shared.Storage.Tests.Arrays;

/// <summary>Asks NumPy what is in a file.</summary>
internal static class NumPy
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Skips the test where Debian's Python lacks a module.</summary>
    public static async Task RequireAsync(string module) => Assert.SkipUnless(
        await RunAsync($"import {module}") == "", $"{Python} with {module} (Debian: python3-{module}) is not installed");

    public static async Task<string> RunAsync(string program)
    {
        if (!File.Exists(Python))
        {
            return "absent";
        }

        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (await output + await error).Trim();
    }
}
