using System.Collections.Concurrent;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Soak.Suite;

/// <summary>
/// Kills at random, and starts again what it killed. What is killed, when (after how many finished runs), and for how long, all follows
/// from the seed. Several may be away at the same time.
/// </summary>
internal sealed class SoakKiller(SoakMesh mesh, SoakOptions options, TimeProvider time)
{
    private readonly Random _random = new(options.Seed);
    private readonly ConcurrentDictionary<string, bool> _away = new();

    /// <summary>How often each was killed.</summary>
    public Dictionary<string, int> Kills { get; } = [];

    /// <summary>Returns when all that was killed is started again.</summary>
    public async Task RunAsync(Func<int> finished, CancellationToken cancellationToken)
    {
        var restarts = new List<Task>();
        foreach (var (target, threshold, away) in Plan())
        {
            await Eventually.TrueAsync(
                () => finished() >= threshold && !_away.ContainsKey(target),
                $"{threshold} runs end before the kill of {target}",
                cancellationToken);
            _away[target] = true;
            await mesh.KillAsync(target);
            Kills[target] = Kills.GetValueOrDefault(target) + 1;
            restarts.Add(StartAgainAsync(target, away, cancellationToken));
        }

        await Task.WhenAll(restarts);
    }

    private async Task StartAgainAsync(string target, TimeSpan away, CancellationToken cancellationToken)
    {
        await Task.Delay(away, time, cancellationToken);
        await mesh.StartAsync(target, cancellationToken);
        _away.TryRemove(target, out _);
    }

    private List<(string Target, int Threshold, TimeSpan Away)> Plan()
    {
        var targets = Enumerable.Range(0, options.Kills).Select(i => SoakMesh.Targets[i % SoakMesh.Targets.Count]).ToArray();
        _random.Shuffle(targets);
        var thresholds = targets.Select(_ => _random.Next(options.Runs / 20, options.Runs * 9 / 10)).Order().ToList();
        return [.. targets.Select((target, i) => (target, thresholds[i], options.LongestAway * _random.NextDouble()))];
    }
}
