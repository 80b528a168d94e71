using System.Diagnostics;
using System.Text;
using Microsoft.Playwright;
using Skipper.Bench.Rpc;
using Skipper.Bench.Running;
using Skipper.Bench.Runs;

namespace Skipper.Bench.Consoles;

/// <summary>
/// The console in a browser, over a gateway with RabbitMQ and PostgreSQL: how soon a list of many stored runs is seen, and whether it
/// stays smooth while runs are executed.
/// </summary>
internal static class ConsoleBench
{
    private const string Chromium = "/usr/bin/chromium";
    private const int Stored = 100_000;
    private const int Visits = 9;

    /// <summary>A run of one step has four events: accepted, started, step succeeded, succeeded.</summary>
    private const int RunsPerSecond = 25;
    private const int Seconds = 20;

    private const string WatchFrames =
        """
        () => {
          window.gaps = [];
          let last = performance.now();
          const next = now => { window.gaps.push(now - last); last = now; requestAnimationFrame(next); };
          requestAnimationFrame(next);
        }
        """;

    public static async Task RunAsync()
    {
        await Packages.InstallAsync("chromium");
        await using var runs = await SkipperRuns.StartAsync();
        await StoredRuns.ResetAsync(runs.Database, Stored, Encoding.UTF8.GetString(RpcBench.Body));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium });

        var first = new List<double>();
        for (var i = 0; i < Visits; i++)
        {
            first.Add(await VisitAsync(browser, runs.Console));
        }

        Print($"first content, {Stored} runs stored", "ms", At(first, 0.5));
        await WatchAsync(browser, runs);
    }

    /// <summary>From nothing, with an empty cache, to the first run on the screen; in ms.</summary>
    private static async Task<double> VisitAsync(IBrowser browser, Uri console)
    {
        var page = await browser.NewPageAsync();
        var started = Stopwatch.GetTimestamp();
        await OpenAsync(page, console);
        var elapsed = Stopwatch.GetElapsedTime(started);
        await page.CloseAsync();
        return elapsed.TotalMilliseconds;
    }

    private static async Task WatchAsync(IBrowser browser, SkipperRuns runs)
    {
        var page = await browser.NewPageAsync();
        await OpenAsync(page, runs.Console);
        await page.EvaluateAsync(WatchFrames);
        await runs.RunAsync(RunsPerSecond * Seconds, RunsPerSecond);
        var gaps = await page.EvaluateAsync<double[]>("() => window.gaps");
        foreach (var (name, share) in new[] { ("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("longest", 1) })
        {
            Print($"frame of the live list, {RunsPerSecond * 4} run events a second, {name}", "ms", At(gaps, share));
        }
    }

    private static async Task OpenAsync(IPage page, Uri console)
    {
        await page.GotoAsync(console.ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await page.Locator("tbody tr").First.WaitForAsync();
    }

    private static double At(IEnumerable<double> values, double share) =>
        values.Order().ToList() is var sorted ? sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)] : 0;

    private static void Print(string @case, string unit, double ours) =>
        Report.Print("console", @case, unit, ours, new Dictionary<string, double>(), higherIsBetter: false);
}
