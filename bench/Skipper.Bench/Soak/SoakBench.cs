using Skipper.Mesh.Tests.Soak.Suite;

namespace Skipper.Bench.Soak;

/// <summary>The soak of the tests in its long form: ten thousand runs, and more kills.</summary>
internal static class SoakBench
{
    private static readonly SoakOptions Options = new(
        Runs: 10_000, Clients: 8, Outstanding: 400, Kills: 30, LongestAway: TimeSpan.FromSeconds(3), Seed: 4);

    public static async Task RunAsync()
    {
        var result = await new SoakSuite(Options, TimeProvider.System).RunAsync(CancellationToken.None);
        Console.WriteLine("| what | count |");
        Console.WriteLine("| --- | --- |");
        foreach (var (what, value) in result.Rows())
        {
            Console.WriteLine($"| {what} | {value} |");
        }

        foreach (var violation in result.Violations)
        {
            Console.WriteLine(violation);
        }
    }
}
