using System.Globalization;
using Skipper.Shared.Messaging.Tests.Faults.Suite;
using Skipper.Testing;

namespace Skipper.Bench.Faults;

/// <summary>The fault suite of the tests in its long form: thousands of calls around each fault, and longer outages.</summary>
internal static class FaultsBench
{
    private static readonly FaultSuiteOptions Options = new(
        Callers: 64, Calls: 5_000, Deadline: TimeSpan.FromSeconds(15), Patience: TimeSpan.FromSeconds(30), Outage: TimeSpan.FromSeconds(60));

    public static async Task RunAsync()
    {
        await using var servers = await PrivateServers.StartAsync(CancellationToken.None, "broker");
        var suite = new FaultSuite(servers, Options, TimeProvider.System);
        Row("fault", "calls", "answered", "unavailable", "deadline", "other error", "lost", "twice", "wrong", "hung", "no answer", "repeated", "flows after");
        Row([.. Enumerable.Repeat("---", 13)]);
        foreach (var fault in Fault.All)
        {
            var result = await suite.RunAsync(fault, CancellationToken.None);
            Row(
                result.Fault, $"{result.Calls}", $"{result.Answered}", $"{result.Unavailable}", $"{result.DeadlineExceeded}",
                $"{result.Unclear}", $"{result.Lost}", $"{result.AnsweredTwice}", $"{result.Wrong}", $"{result.Hung}",
                $"{result.RunWithoutAnswer}", $"{result.Repeated}",
                result.Recovery is { } recovery ? string.Create(CultureInfo.InvariantCulture, $"{recovery.TotalSeconds:0.00} s") : "never");
        }
    }

    private static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
