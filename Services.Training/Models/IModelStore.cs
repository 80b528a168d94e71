using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Models;

/// <summary>The registry of model versions: numbered from 1 without gaps, never changed.</summary>
internal interface IModelStore
{
    /// <summary>Registers the next version of a model, or returns what the same run registered before.</summary>
    /// <param name="draft">The version, its number aside.</param>
    /// <param name="runId">The run that trained it; null for a call that nobody repeats.</param>
    /// <param name="cancellationToken">Stops; nothing is registered then.</param>
    Task<ModelVersion> RegisterAsync(ModelVersion draft, Guid? runId, CancellationToken cancellationToken);

    /// <summary>What a run registered; null = nothing yet.</summary>
    Task<ModelVersion?> FindByRunAsync(Guid runId, CancellationToken cancellationToken);

    /// <summary>One version, the newest where none is named; null = there is none.</summary>
    Task<ModelVersion?> FindAsync(string name, int? version, CancellationToken cancellationToken);

    /// <summary>The newest version of every model, ordered by name.</summary>
    Task<IReadOnlyList<ModelVersion>> ListAsync(CancellationToken cancellationToken);
}
