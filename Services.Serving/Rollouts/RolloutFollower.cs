using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>
/// Keeps this process in step with the rollouts in the database: versions are loaded first, then calls go by the new plan. Saves what lanes
/// did here, and lets the guards decide on what they did everywhere.
/// </summary>
internal sealed partial class RolloutFollower(
    RolloutStore store,
    RolloutTable table,
    RolloutKeeper keeper,
    LaneCountStore counts,
    ModelCatalog catalog,
    ModelIntake intake,
    LoadStates states,
    IOptions<RolloutOptions> options,
    TimeProvider time,
    ILogger<RolloutFollower> logger)
    : BackgroundService
{
    private static readonly TimeSpan SweepPause = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, int> _held = [];
    private DateTimeOffset _nextSweep;

    /// <summary>Looks for changes once.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            foreach (var rollout in await store.ListAsync(cancellationToken))
            {
                await FollowAsync(rollout, cancellationToken);
                await HoldAsync(rollout, cancellationToken);
            }
        },
        cancellationToken);

    /// <summary>Looks for changes, saves, and lets the guards decide, once.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await InTurnAsync(() => SaveAsync(cancellationToken), cancellationToken);
        foreach (var rollout in table.Rollouts.Select(live => live.Rollout).Where(rollout => rollout.Guards.Count > 0))
        {
            var broken = RolloutGuards.Check(rollout, await counts.ReadAsync(rollout.Model, cancellationToken))
                .Where(check => check.State == RolloutGuards.Broken).ToList();
            if (broken.Count > 0)
            {
                await keeper.RollBackAsync(rollout, broken, cancellationToken);
                await RefreshAsync(cancellationToken);
            }
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? failure = null;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.IntervalSeconds), time);
        do
        {
            try
            {
                await TickAsync(stoppingToken);
                failure = null;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A loop that throws would stop the process; calls go on by the plan that is known.
                if (failure != exception.Message)
                {
                    LogNotFollowed(exception);
                }

                failure = exception.Message;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task InTurnAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task FollowAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        var before = table.Find(rollout.Model);
        var live = before;
        if (rollout.Kind == RolloutTable.Stopped)
        {
            live = null;
            table.Remove(rollout.Model);
        }
        else if (before?.Rollout.Number != rollout.Number)
        {
            live = table.Prepare(rollout, await store.VersionsAsync(rollout.Model, cancellationToken));
        }

        var used = live?.Lanes.Where(lane => lane.Settings.RolledBack is null).ToList() ?? [];
        foreach (var lane in used)
        {
            await LoadAsync(lane, cancellationToken);
        }

        if (live is not null)
        {
            table.Set(live);
        }

        // Only now: calls that go by the old plan find their versions until here.
        foreach (var gone in (before?.Lanes ?? []).Select(lane => lane.Pin).Except(used.Select(lane => lane.Pin)))
        {
            catalog.Forget(rollout.Model, gone);
        }
    }

    private async Task LoadAsync(LiveLane lane, CancellationToken cancellationToken)
    {
        try
        {
            if (states.RecentFailure(lane.Version) is { } failure)
            {
                throw ModelIntake.NotLoaded(lane.Version, failure);
            }

            var pin = new AliasPointer(lane.Pin, lane.Settings.Version, lane.Rollout.Rollout.Number);
            await intake.LoadAsync(lane.Version, published: false, pin, cancellationToken);
            lane.IsLoaded = true;
        }
        catch (MeshException exception)
        {
            if (lane.Failure != exception.Message)
            {
                LogNotLoaded(lane.Settings.Name, lane.Model.ToString(), exception.Message);
            }

            (lane.IsLoaded, lane.Failure) = (false, exception.Message);
        }
    }

    private async Task HoldAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        if (_held.GetValueOrDefault(rollout.Model) == rollout.Number)
        {
            return;
        }

        try
        {
            await keeper.HoldAsync(rollout, cancellationToken);
            _held[rollout.Model] = rollout.Number;
        }
        catch (MeshException exception)
        {
            // The registry holds the versions since the rollout began; only what it needs no more is told later.
            LogNotHeld(rollout.Model, exception.Message);
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        await counts.SaveAsync(table.Tallies, cancellationToken);
        foreach (var tally in table.Tallies)
        {
            table.Forget(tally);
        }

        if (time.GetUtcNow() >= _nextSweep)
        {
            await counts.SweepAsync(cancellationToken);
            _nextSweep = time.GetUtcNow() + SweepPause;
        }
    }
}
