using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>
/// Changes rollouts and tells everybody. What is decided from the state of a rollout is decided again where others changed it meanwhile.
/// </summary>
internal sealed partial class RolloutKeeper(
    RolloutStore store, IRpcClient rpc, IEventBus events, TimeProvider time, ILogger<RolloutKeeper> logger)
{
    private const string Holder = "rollout";

    /// <summary>Starts or changes a rollout by a checked plan; answers what it is then.</summary>
    public Task<Rollout> SetAsync(
        RolloutPlan plan, IReadOnlyList<ModelVersion> versions, Guid? stepId, CancellationToken cancellationToken) => ChangeAsync(
        plan.Model,
        stepId,
        versions,
        async before =>
        {
            if (RolloutPlanner.Apply(plan, before, time.GetUtcNow()) is not { } next)
            {
                return null;
            }

            // The registry knows of the versions before anybody is sent to them, so that none of them is deleted in between.
            await HoldAsync(next, [.. Versions(before), .. Versions(next)], cancellationToken);
            return next;
        },
        cancellationToken);

    /// <summary>Ends a rollout; a second time that changes nothing.</summary>
    public Task<Rollout> StopAsync(StopRollout.Stop wanted, Guid? stepId, CancellationToken cancellationToken) => ChangeAsync(
        wanted.Model,
        stepId,
        null,
        before => Task.FromResult(before?.Kind switch
        {
            null => throw MeshException.NotFound($"Model '{wanted.Model}' has no rollout."),
            RolloutTable.Stopped => null,
            _ => before with
            {
                Number = before.Number + 1,
                Kind = RolloutTable.Stopped,
                ChangedAt = time.GetUtcNow(),
                Actor = wanted.Actor,
                Reason = wanted.Reason,
            },
        }),
        cancellationToken);

    /// <summary>Takes lanes out, unless the rollout was changed since the guards looked at it.</summary>
    public async Task RollBackAsync(Rollout seen, IReadOnlyList<GuardCheck> broken, CancellationToken cancellationToken)
    {
        var next = RolloutPlanner.RollBack(seen, broken, time.GetUtcNow());
        if (await store.TryAddAsync(next, null, null, cancellationToken))
        {
            await AnnounceAsync(next, cancellationToken);
        }
    }

    /// <summary>Tells the registry which versions a rollout needs, none where it has ended; an older state changes nothing there.</summary>
    public Task HoldAsync(Rollout rollout, CancellationToken cancellationToken) =>
        HoldAsync(rollout, Versions(rollout), cancellationToken);

    private static IEnumerable<int> Versions(Rollout? rollout) =>
        rollout is null or { Kind: RolloutTable.Stopped } ? [] : rollout.Lanes.Select(lane => lane.Version);

    private Task<ModelHold> HoldAsync(Rollout rollout, IEnumerable<int> versions, CancellationToken cancellationToken) => rpc.CallAsync(
        new HoldModelVersions
        {
            Data = new() { Name = rollout.Model, Holder = Holder, Number = rollout.Number, Versions = [.. versions.Distinct().Order()] },
        },
        cancellationToken: cancellationToken);

    /// <param name="model">The model.</param>
    /// <param name="stepId">A second delivery finds, by the id of its step, that it is done.</param>
    /// <param name="versions">The versions that it names then; null = the same as before.</param>
    /// <param name="decide">What the rollout is to be after what it was; null = that is right already.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async Task<Rollout> ChangeAsync(
        string model,
        Guid? stepId,
        IReadOnlyList<ModelVersion>? versions,
        Func<Rollout?, Task<Rollout?>> decide,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            if (stepId is { } id && await store.FindByStepAsync(id, cancellationToken) is { } done)
            {
                return done;
            }

            var before = await store.FindAsync(model, cancellationToken);
            var next = await decide(before);
            if (next is null)
            {
                return before!;
            }

            if (await store.TryAddAsync(next, versions, stepId, cancellationToken))
            {
                await AnnounceAsync(next, cancellationToken);
                return next;
            }
        }
    }

    private async Task AnnounceAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        LogChanged(rollout.Model, rollout.Number, rollout.Kind, rollout.Actor, rollout.Reason);
        try
        {
            await events.PublishAsync(new RolloutChanged { Rollout = rollout }, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // It is in the database, where every worker looks every few seconds.
            LogPublishFailed(exception, rollout.Model, rollout.Number);
        }
    }
}
