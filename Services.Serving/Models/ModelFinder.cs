using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Serving.Models;

/// <summary>Finds the model of a request: among the loaded ones, or else in the registry.</summary>
internal sealed class ModelFinder(ModelCatalog catalog, ModelIntake intake, LoadStates states, IRpcClient rpc)
{
    private static readonly TimeSpan FindTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="MeshException">There is no such model, or it cannot be loaded.</exception>
    public ValueTask<ModelLease> LeaseAsync(string? model, CancellationToken cancellationToken) =>
        LeaseAsync(ModelReference.Parse(model), cancellationToken);

    /// <exception cref="MeshException">There is no such model, or it cannot be loaded.</exception>
    public ValueTask<ModelLease> LeaseAsync(ModelReference reference, CancellationToken cancellationToken) =>
        catalog.TryLease(reference) is { } lease
            ? ValueTask.FromResult(lease)
            : FetchAsync(reference, cancellationToken);

    /// <summary>Asks the registry for a version, the newest unless one is named.</summary>
    /// <exception cref="MeshException">There is none, or the registry does not answer.</exception>
    public async Task<ModelVersion> FindAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(reference, cancellationToken);
        }
        catch (MeshException exception) when (exception.Code is ErrorCode.NotFound)
        {
            throw Unknown(reference, catalog.Names, exception);
        }
    }

    private async ValueTask<ModelLease> FetchAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        var isNewest = reference is { Version: null, Alias: null };
        ModelVersion manifest;
        try
        {
            // The newest one may have gone to make room. Where none is known, whoever has just seen a training end may be faster than
            // its announcement.
            manifest = isNewest && catalog.Newest(reference.Name) is { } newest ? newest : await AskAsync(reference, cancellationToken);
        }
        catch (MeshException exception) when (exception.Code is ErrorCode.NotFound)
        {
            // It may have been announced while the registry was asked; names first, so that they never name what was not found.
            var known = catalog.Names;
            return catalog.TryLease(reference) ?? throw Unknown(reference, known, exception);
        }

        if (states.RecentFailure(manifest) is { } failure)
        {
            throw ModelIntake.NotLoaded(manifest, failure);
        }

        // Where the alias is known by now, what the registry says of its moves counts; this is only for whoever asks first.
        var pointer = reference.Alias is { } alias ? new AliasPointer(alias, manifest.Version, Number: 0) : null;
        await intake.LoadAsync(manifest, isNewest, pointer, cancellationToken);
        return catalog.TryLease(reference)
            ?? throw MeshException.Unavailable($"Model '{reference}' was displaced while it was loaded; try again.");
    }

    private async Task<ModelVersion> AskAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await rpc.CallAsync(
                new FindModel { Data = new ModelName { Name = reference.Name, Version = reference.Version, Alias = reference.Alias } },
                FindTimeout,
                cancellationToken);
        }
        catch (MeshException exception) when (exception.Retryable || exception.Code is ErrorCode.DeadlineExceeded)
        {
            throw MeshException.Unavailable(
                $"Model '{reference}' is not loaded, and the training service, which may know it, does not answer: "
                + $"{exception.Message}",
                exception);
        }
    }

    private static MeshException Unknown(
        ModelReference reference, IReadOnlyList<string> known, MeshException registry) => known.Count == 0
        ? MeshException.FailedPrecondition(
            $"No model is served yet. {registry.Message} Train one with a task of type 'training', such as "
            + "{\"task_type\":\"training\",\"payload\":\"0.2\"}, and try again when it has succeeded.")
        : MeshException.NotFound(
            $"Model '{reference}' is not known; known: {string.Join(", ", known)}."
            + (reference is { Version: null, Alias: null } ? "" : $" {registry.Message}"));
}
