using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>Starts or changes a rollout; a plan that comes again finds it changed.</summary>
internal sealed class SetRolloutHandler(PlanChecks checks, RolloutKeeper keeper, RolloutFollower follower)
    : IMessageHandler<SetRollout, Rollout>
{
    public async Task<Rollout> HandleAsync(SetRollout message, MessageContext context, CancellationToken cancellationToken)
    {
        var versions = await checks.CheckAsync(message.Data, cancellationToken);
        var rollout = await keeper.SetAsync(message.Data, versions, context.StepId, cancellationToken);
        await follower.RefreshAsync(cancellationToken);
        return rollout;
    }
}

/// <summary>Ends a rollout; a second message finds it ended.</summary>
internal sealed class StopRolloutHandler(RolloutKeeper keeper, RolloutFollower follower) : IMessageHandler<StopRollout, Rollout>
{
    public async Task<Rollout> HandleAsync(StopRollout message, MessageContext context, CancellationToken cancellationToken)
    {
        var rollout = await keeper.StopAsync(message.Data, context.StepId, cancellationToken);
        await follower.RefreshAsync(cancellationToken);
        return rollout;
    }
}

/// <summary>Tells how a rollout does; changes nothing.</summary>
internal sealed class FindRolloutHandler(RolloutStore store, RolloutTable table, LaneCountStore counts)
    : IMessageHandler<FindRollout, RolloutReport>
{
    public async Task<RolloutReport> HandleAsync(FindRollout message, MessageContext context, CancellationToken cancellationToken)
    {
        var model = message.Data.Model;
        var rollout = await store.FindAsync(model, cancellationToken)
            ?? throw MeshException.NotFound($"Model '{model}' has no rollout.");
        if (rollout.Kind == RolloutTable.Stopped)
        {
            throw MeshException.NotFound($"The rollout of model '{model}' was stopped at {rollout.ChangedAt:O}; its history has more.");
        }

        await counts.SaveAsync(table.Tallies, cancellationToken);
        return LaneReports.Of(rollout, await counts.ReadAsync(model, cancellationToken));
    }
}

/// <summary>Lists what was done to the rollouts of a model; changes nothing.</summary>
internal sealed class ListRolloutChangesHandler(RolloutStore store) : IMessageHandler<ListRolloutChanges, RolloutHistory>
{
    public async Task<RolloutHistory> HandleAsync(
        ListRolloutChanges message, MessageContext context, CancellationToken cancellationToken) =>
        await store.HistoryAsync(message.Data.Model, cancellationToken) is { Count: > 0 } changes
            ? new RolloutHistory { Changes = changes }
            : throw MeshException.NotFound($"Model '{message.Data.Model}' has had no rollout.");
}

/// <summary>Follows a rollout as soon as it changes; a second announcement finds it followed.</summary>
internal sealed class RolloutChangedHandler(RolloutFollower follower) : IEventHandler<RolloutChanged>
{
    public Task HandleAsync(RolloutChanged message, CancellationToken cancellationToken) => follower.RefreshAsync(cancellationToken);
}
