using System.Net;
using Skipper.Bench.Gateways;
using Skipper.Bench.Running;

namespace Skipper.Bench.Overload;

/// <summary>
/// Twice what the workers can do, for half a minute, at the gateway: what is accepted is answered in time, the rest is refused at once,
/// and when the load goes so does the trouble.
/// </summary>
internal static class OverloadBench
{
    private const double TimeoutSeconds = 2;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HeapPeriod = TimeSpan.FromSeconds(5);

    public static async Task RunAsync()
    {
        await using var worker = await SlowWorker.StartAsync(concurrency: 8, TimeSpan.FromMilliseconds(20));
        await using var gateway = await GatewayServer.StartAsync(worker.Queue, new Dictionary<string, string?>
        {
            ["Skipper:Tasks:echo:TimeoutSeconds"] = $"{TimeoutSeconds}",
        });
        using var http = new HttpClient();
        var arrivals = new Arrivals(http, gateway.Endpoint);

        await Load.RunAsync(arrivals.OneAsync, 8, 500);
        var sustainable = (await Load.RunAsync(arrivals.OneAsync, 8, 1_500)).PerSecond;
        Print("sustainable", "requests/s", sustainable);

        var half = await arrivals.RunAsync(sustainable / 2, TimeSpan.FromSeconds(5));
        Print("half of it, p99", "ms", half.Percentile(0.99, HttpStatusCode.Accepted));

        using var heaps = new HeapSamples(HeapPeriod);
        var overload = await arrivals.RunAsync(2 * sustainable, Duration);
        var samples = heaps.Stop();
        Print("twice of it, offered", "requests/s", overload.PerSecond());
        Print("twice of it, accepted", "requests/s", overload.PerSecond(HttpStatusCode.Accepted));
        Print("twice of it, p50 of accepted", "ms", overload.Percentile(0.5, HttpStatusCode.Accepted));
        Print("twice of it, p99 of accepted", "ms", overload.Percentile(0.99, HttpStatusCode.Accepted));
        foreach (var status in overload.Statuses.Where(status => status != HttpStatusCode.Accepted))
        {
            Print($"twice of it, answered {(int)status}", "requests", overload.Count(status));
            Print($"twice of it, p99 of {(int)status}", "ms", overload.Percentile(0.99, status));
        }

        for (var i = 0; i < samples.Count; i++)
        {
            Print($"heap after {(i + 1) * HeapPeriod.TotalSeconds:0} s of it", "MiB", samples[i]);
        }

        Print("back to normal after", "s", await arrivals.RecoverAsync(sustainable / 2, half.Percentile(0.99, HttpStatusCode.Accepted)));
        var after = await arrivals.RunAsync(sustainable / 2, TimeSpan.FromSeconds(5));
        Print("half of it afterwards, p99", "ms", after.Percentile(0.99, HttpStatusCode.Accepted));
        Print("half of it afterwards, refused", "requests", after.Count() - after.Count(HttpStatusCode.Accepted));
    }

    private static void Print(string @case, string unit, double value) =>
        Report.Print("overload", @case, unit, value, new Dictionary<string, double>(), higherIsBetter: true);
}
