using System.Text.RegularExpressions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Training.Models;

/// <summary>
/// Moves aliases and tells everybody. What is decided from the state of an alias is decided again where others moved it meanwhile.
/// </summary>
internal sealed partial class AliasMover(
    AliasStore aliases, VersionFinder versions, IEventBus events, ILogger<AliasMover> logger)
{
    /// <summary>Promotes a version, or says why its gate keeps it out.</summary>
    public Task<ModelAlias> PromoteAsync(PromoteModel.Promotion wanted, Guid? stepId, CancellationToken cancellationToken) =>
        MoveAsync(wanted.Name, wanted.Alias, stepId, async () =>
        {
            var current = await aliases.FindAsync(wanted.Name, wanted.Alias, null, cancellationToken);
            var challenger = await FindAsync(wanted.Name, wanted.Version);
            var gate = wanted.Gate is null
                ? null
                : PromotionGates.Decide(
                    wanted.Gate, challenger, current is null ? null : await FindAsync(wanted.Name, current.Version));
            if (current?.Version == wanted.Version || gate is { Passed: false })
            {
                return new Decision(current! with { Gate = gate ?? current!.Gate }, null);
            }

            return new Decision(current, new AliasMove
            {
                Name = wanted.Name,
                Alias = wanted.Alias,
                Version = wanted.Version,
                Kind = AliasMove.Promotion,
                After = current?.Number ?? 0,
                Actor = wanted.Actor,
                Reason = wanted.Reason,
                Gate = gate,
                StepId = stepId,
            });

            Task<ModelVersion> FindAsync(string name, int version) =>
                versions.RequireAsync(new ModelName { Name = name, Version = version }, cancellationToken);
        }, cancellationToken);

    /// <summary>Takes the last promotion that was not taken back, back.</summary>
    public Task<ModelAlias> RollBackAsync(RollbackModel.Rollback wanted, Guid? stepId, CancellationToken cancellationToken) =>
        MoveAsync(wanted.Name, wanted.Alias, stepId, async () =>
        {
            var history = await aliases.HistoryAsync(wanted.Name, wanted.Alias, cancellationToken);
            if (history.Count == 0)
            {
                throw MeshException.NotFound($"Model '{wanted.Name}' has no alias '{wanted.Alias}'.");
            }

            var version = Before(history) ?? throw MeshException.FailedPrecondition(
                $"Alias '{wanted.Alias}' of model '{wanted.Name}' has pointed nowhere before version {history[0].Version}.");
            await versions.RequireAsync(new ModelName { Name = wanted.Name, Version = version }, cancellationToken);
            return new Decision(history[0], new AliasMove
            {
                Name = wanted.Name,
                Alias = wanted.Alias,
                Version = version,
                Kind = AliasMove.Rollback,
                After = history[0].Number,
                Actor = wanted.Actor,
                Reason = wanted.Reason,
                StepId = stepId,
            });
        }, cancellationToken);

    /// <summary>Where an alias pointed before its last promotion; a rollback has undone one, so two go back two.</summary>
    private static int? Before(IReadOnlyList<ModelAlias> newestFirst)
    {
        var promoted = new Stack<int>();
        foreach (var move in newestFirst.Reverse())
        {
            if (move.Kind == AliasMove.Rollback)
            {
                promoted.Pop();
            }
            else
            {
                promoted.Push(move.Version);
            }
        }

        promoted.Pop();
        return promoted.TryPeek(out var version) ? version : null;
    }

    private async Task<ModelAlias> MoveAsync(
        string name, string alias, Guid? stepId, Func<Task<Decision>> decide, CancellationToken cancellationToken)
    {
        if (!Pattern().IsMatch(alias))
        {
            throw MeshException.InvalidArgument($"data.alias must match {Pattern()}, was '{alias}'.");
        }

        // A second delivery finds, by the id of its step, that it is done; only its announcement may be missing.
        var moved = stepId is { } id ? await aliases.FindByStepAsync(id, cancellationToken) : null;
        while (moved is null)
        {
            var (current, move) = await decide();
            if (move is null)
            {
                LogKept(name, alias, current!.Version, current.Gate?.Reason);
                return current;
            }

            moved = await aliases.MoveAsync(move, cancellationToken);
        }

        LogMoved(moved.Kind, name, alias, moved.Version, moved.PreviousVersion);
        await AnnounceAsync(moved, cancellationToken);
        return moved;
    }

    private async Task AnnounceAsync(ModelAlias moved, CancellationToken cancellationToken)
    {
        try
        {
            var model = await versions.RequireAsync(new ModelName { Name = moved.Name, Version = moved.Version }, cancellationToken);
            await events.PublishAsync(new ModelAliasChanged { Alias = moved, Model = model }, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The alias has moved; serving asks for all aliases now and then, so it only follows later.
            LogPublishFailed(exception, moved.Name, moved.Alias);
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,62}\z")]
    private static partial Regex Pattern();

    /// <summary>What an alias was when it was looked at, and the move to make; null = none.</summary>
    private sealed record Decision(ModelAlias? Current, AliasMove? Move);
}
