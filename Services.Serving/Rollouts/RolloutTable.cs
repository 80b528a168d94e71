using System.Collections.Concurrent;
using System.Collections.Immutable;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>The rollouts in force in this process, and what their lanes did here.</summary>
internal sealed class RolloutTable(TimeProvider time)
{
    /// <summary>The kind of a change that ends a rollout.</summary>
    public const string Stopped = "stopped";

    private readonly ConcurrentDictionary<LaneKey, LaneTally> _tallies = [];
    private volatile ImmutableDictionary<string, LiveRollout> _rollouts = ImmutableDictionary.Create<string, LiveRollout>(StringComparer.Ordinal);

    public IEnumerable<LiveRollout> Rollouts => _rollouts.Values;

    public IEnumerable<LaneTally> Tallies => _tallies.Values;

    /// <summary>Where a call goes that names a model so.</summary>
    public LaneRoute Route(ModelReference reference, PredictionCall call) =>
        reference.Version is null && _rollouts.TryGetValue(reference.Name, out var live) && live.Rollout.Alias == reference.Alias
            ? RouteOf(live.Choose(call.StickyKey ?? call.RequestId))
            : new LaneRoute(reference);

    /// <summary>The rollout of a model; null = there is none.</summary>
    public LiveRollout? Find(string model) => _rollouts.GetValueOrDefault(model);

    /// <summary>A rollout to be put in force, with the figures that its lanes have here already.</summary>
    public LiveRollout Prepare(Rollout rollout, IReadOnlyList<ModelVersion> versions) =>
        new(rollout, versions, key => _tallies.GetOrAdd(key, new LaneTally(key, time)));

    /// <summary>Calls go by it from now on.</summary>
    public void Set(LiveRollout rollout) => _rollouts = _rollouts.SetItem(rollout.Rollout.Model, rollout);

    public void Remove(string model) => _rollouts = _rollouts.Remove(model);

    /// <summary>Forgets the figures of lanes that are no more, once they are saved.</summary>
    public void Forget(LaneTally tally)
    {
        if (!Rollouts.SelectMany(rollout => rollout.Lanes).Any(lane => lane.Tally == tally))
        {
            _tallies.TryRemove(tally.Key, out _);
        }
    }

    private static LaneRoute RouteOf(LiveLane lane) => new(lane.Model, lane);
}
