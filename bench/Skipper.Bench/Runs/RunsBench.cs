using System.Text;
using Skipper.Bench.Rpc;
using Skipper.Bench.Running;

namespace Skipper.Bench.Runs;

/// <summary>
/// Runs of one step, durable from the moment they are accepted, on PostgreSQL and RabbitMQ: ours against Celery doing the same echo.
/// <para>
/// Eight clients send as fast as they are answered: ours over HTTP to the gateway, which answers after the commit; Celery's from eight
/// threads of a Python process, with publisher confirms. Both acknowledge late and keep each result in PostgreSQL, a database each,
/// new for this bench. Nobody asks for single results: that all are there is asked of the database, ours by the index of unfinished
/// runs, Celery's by the count of its results. When the last was accepted, and when the last had its result, makes accepted/s and
/// completed/s. Both take turns, and the median of the rounds counts.
/// </para>
/// <para>
/// Times from accept to result come from a second load, at half of what Celery completes, because without a pause they would say
/// no more than how long the queue was. They are differences of times in the database, from when the request was begun.
/// </para>
/// </summary>
internal static class RunsBench
{
    private const int Rounds = 3;
    private const int OurRuns = 10_000;
    private const int CeleryTasks = 3_000;
    private const int GrowthRuns = 5_000;
    private const int PacedSeconds = 10;

    private static readonly int[] Stored = [1_000, 10_000, 100_000];

    public static async Task RunAsync()
    {
        await using var ours = await SkipperRuns.StartAsync();
        await using (var celery = await CeleryRuns.StartAsync())
        {
            await ours.RunAsync(OurRuns); // The code is compiled for speed by then.
            await celery.RunAsync(500);
            await CompareAsync(ours, celery);
        }

        await GrowAsync(ours);
    }

    private static async Task CompareAsync(SkipperRuns ours, CeleryRuns celery)
    {
        var flood = (Ours: new List<RunsResult>(), Celery: new List<RunsResult>());
        for (var round = 0; round < Rounds; round++)
        {
            await ResetAsync(ours, Stored[0]);
            flood.Ours.Add(await ours.RunAsync(OurRuns));
            flood.Celery.Add(await celery.RunAsync(CeleryTasks));
        }

        Print(flood, "accepted", "runs/s", result => result.AcceptedPerSecond, higherIsBetter: true);
        Print(flood, "completed", "runs/s", result => result.CompletedPerSecond, higherIsBetter: true);

        var perSecond = Math.Round(Median(flood.Celery, result => result.CompletedPerSecond) / 2);
        var paced = (Ours: new List<RunsResult>(), Celery: new List<RunsResult>());
        for (var round = 0; round < Rounds; round++)
        {
            await ResetAsync(ours, Stored[0]);
            paced.Ours.Add(await ours.RunAsync((int)(perSecond * PacedSeconds), perSecond));
            paced.Celery.Add(await celery.RunAsync((int)(perSecond * PacedSeconds), perSecond));
        }

        Print(paced, $"accept to result at {perSecond}/s, p50", "ms", result => result.MedianMilliseconds, higherIsBetter: false);
        Print(paced, $"accept to result at {perSecond}/s, p99", "ms", result => result.P99Milliseconds, higherIsBetter: false);
    }

    private static async Task GrowAsync(SkipperRuns ours)
    {
        var results = Stored.ToDictionary(stored => stored, _ => new List<RunsResult>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var stored in Stored)
            {
                await ResetAsync(ours, stored);
                results[stored].Add(await ours.RunAsync(GrowthRuns));
            }
        }

        var first = Median(results[Stored[0]], result => result.CompletedPerSecond);
        foreach (var (stored, measured) in results)
        {
            Report.Print(
                "runs",
                $"completed with {stored} stored",
                "runs/s",
                Median(measured, result => result.CompletedPerSecond),
                new Dictionary<string, double> { [$"ours_with_{Stored[0]}"] = first },
                higherIsBetter: true);
        }
    }

    private static Task ResetAsync(SkipperRuns ours, int stored) =>
        StoredRuns.ResetAsync(ours.Database, stored, Encoding.UTF8.GetString(RpcBench.Body));

    private static void Print(
        (List<RunsResult> Ours, List<RunsResult> Celery) results,
        string @case,
        string unit,
        Func<RunsResult, double> value,
        bool higherIsBetter) => Report.Print(
            "runs",
            @case,
            unit,
            Median(results.Ours, value),
            new Dictionary<string, double> { ["celery"] = Median(results.Celery, value) },
            higherIsBetter);

    private static double Median(List<RunsResult> results, Func<RunsResult, double> value) =>
        results.Select(value).Order().ElementAt(results.Count / 2);
}
