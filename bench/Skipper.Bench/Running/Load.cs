using System.Diagnostics;

namespace Skipper.Bench.Running;

/// <summary>What a load of calls did.</summary>
/// <param name="PerSecond">Calls completed per second.</param>
/// <param name="MedianMilliseconds">Median duration of a call.</param>
/// <param name="P99Milliseconds">The duration that one call in a hundred exceeds.</param>
/// <param name="BytesPerCall">Bytes allocated by the whole process per call.</param>
internal readonly record struct LoadResult(double PerSecond, double MedianMilliseconds, double P99Milliseconds, double BytesPerCall);

/// <summary>Keeps a number of calls in flight.</summary>
internal static class Load
{
    public static async Task<LoadResult> RunAsync(Func<Task> call, int inFlight, int calls)
    {
        var durations = new double[calls];
        var next = -1;
        var allocated = GC.GetTotalAllocatedBytes();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < calls; i = Interlocked.Increment(ref next))
            {
                var begun = Stopwatch.GetTimestamp();
                await call();
                durations[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var bytes = GC.GetTotalAllocatedBytes() - allocated;
        Array.Sort(durations);
        return new LoadResult(calls / seconds, durations[calls / 2], durations[calls * 99 / 100], (double)bytes / calls);
    }
}
