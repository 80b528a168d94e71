namespace Skipper.Bench.Running;

/// <summary>Peers that do the same work, in turns, so that a noisy moment of the machine hits none alone.</summary>
/// <param name="bench">The name of the bench.</param>
/// <param name="work">What is counted, in the singular: <c>call</c>.</param>
/// <param name="peers">Each peer's way to do one piece of work; the one under test is named <c>ours</c>.</param>
internal sealed class Contest(string bench, string work, IReadOnlyDictionary<string, Func<Task>> peers)
{
    private const int Rounds = 9;
    private const int WarmUpCalls = 5_000;

    public async Task WarmUpAsync(int inFlight)
    {
        foreach (var call in peers.Values)
        {
            await Load.RunAsync(call, inFlight, WarmUpCalls);
        }
    }

    /// <summary>Prints for one load the medians over the rounds: speed, median and 99th percentile of the durations, and bytes allocated.</summary>
    public async Task RunAsync(string load, int inFlight, int calls)
    {
        var results = peers.Keys.ToDictionary(name => name, _ => new List<LoadResult>());
        for (var round = 0; round < Rounds; round++)
        {
            // In another order each time, and without the garbage of the one before: nobody always follows the same.
            var order = peers.ToArray();
            new Random(round).Shuffle(order);
            foreach (var (name, call) in order)
            {
                GC.Collect();
                await Load.RunAsync(call, inFlight, calls / 10);
                results[name].Add(await Load.RunAsync(call, inFlight, calls));
            }
        }

        Print(results, load, $"{work}s/s", result => result.PerSecond, higherIsBetter: true);
        Print(results, $"{load}, p50", "ms", result => result.MedianMilliseconds, higherIsBetter: false);
        Print(results, $"{load}, p99", "ms", result => result.P99Milliseconds, higherIsBetter: false);
        Print(results, $"{load}, allocated", $"bytes/{work}", result => result.BytesPerCall, higherIsBetter: false);
    }

    private void Print(
        Dictionary<string, List<LoadResult>> results, string @case, string unit, Func<LoadResult, double> value, bool higherIsBetter)
    {
        var medians = results.ToDictionary(peer => peer.Key, peer => peer.Value.Select(value).Order().ElementAt(Rounds / 2));
        medians.Remove("ours", out var ours);
        Report.Print(bench, @case, unit, ours, medians, higherIsBetter);
    }
}
