using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>A rollout that is in force in this process.</summary>
internal sealed class LiveRollout
{
    private readonly LaneSplit _split;

    /// <param name="rollout">The rollout.</param>
    /// <param name="versions">The versions that it names.</param>
    /// <param name="tally">Where the figures of a lane are counted.</param>
    public LiveRollout(Rollout rollout, IReadOnlyList<ModelVersion> versions, Func<LaneKey, LaneTally> tally)
    {
        Rollout = rollout;
        Lanes =
        [
            .. rollout.Lanes.Select(lane => new LiveLane(
                this,
                lane,
                versions.Single(version => version.Version == lane.Version),
                tally(new LaneKey(rollout.Model, lane.Name, lane.Since)))),
        ];
        _split = new LaneSplit(
            FormattableString.Invariant($"{rollout.Model}/{rollout.Started}"), rollout.Lanes.Select(lane => (lane.Name, lane.Weight)));
    }

    public Rollout Rollout { get; }

    /// <summary>In the order of the rollout.</summary>
    public IReadOnlyList<LiveLane> Lanes { get; }

    /// <summary>The first lane.</summary>
    public LiveLane Baseline => Lanes[0];

    /// <summary>The lane of a key; the baseline in place of a lane that cannot answer here.</summary>
    public LiveLane Choose(string key)
    {
        var lane = Lanes[_split.Choose(key)];
        if (lane == Baseline || lane.Settings.RolledBack is not null)
        {
            return Baseline;
        }

        if (!lane.IsLoaded)
        {
            lane.Tally.NotLoaded();
            return Baseline;
        }

        return lane;
    }
}

/// <summary>A lane of a rollout in this process.</summary>
internal sealed class LiveLane(LiveRollout rollout, RolloutLane settings, ModelVersion version, LaneTally tally)
{
    private volatile bool _isLoaded;

    public LiveRollout Rollout => rollout;

    public RolloutLane Settings => settings;

    public LaneTally Tally => tally;

    /// <summary>The version, complete.</summary>
    public ModelVersion Version => version;

    /// <summary>An alias that no request can name: it keeps the version loaded, however little it is used.</summary>
    public string Pin => $"rollout:{settings.Name}";

    /// <summary>The version that answers.</summary>
    public ModelReference Model { get; } = new(rollout.Rollout.Model, settings.Version);

    /// <summary>Why it could not be loaded when that was last tried; kept so that it is logged once.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether the version was loaded here when that was last tried.</summary>
    public bool IsLoaded
    {
        get => _isLoaded;
        set => _isLoaded = value;
    }
}
