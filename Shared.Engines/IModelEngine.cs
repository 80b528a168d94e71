using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines;

/// <summary>A way to train models and to use them again. Stateless and safe to call from many threads.</summary>
public interface IModelEngine
{
    /// <summary>Name in requests, such as <c>linear</c>.</summary>
    string Name { get; }

    /// <summary>Version of the library behind it.</summary>
    string Version { get; }

    /// <summary>Null where it can train; otherwise what is missing and which package to install.</summary>
    string? Missing { get; }

    /// <summary>Whether <see cref="Load"/> works even where something is <see cref="Missing"/>.</summary>
    bool CanLoad => Missing is null;

    /// <summary>
    /// Whether <see cref="Load"/> itself refuses what it cannot read exactly, so that files of a newer <see cref="Version"/> may be
    /// given to it. Libraries read newer files without an error and predict wrongly. Default: no.
    /// </summary>
    bool KnowsItsFiles => false;

    /// <summary>What it can train for.</summary>
    IReadOnlyList<ModelTask> Tasks { get; }

    /// <summary>Whether features may be NaN, for missing.</summary>
    bool AcceptsMissing { get; }

    /// <summary>All parameters with defaults and bounds; a request may name no others.</summary>
    IReadOnlyList<EngineParameter> Parameters { get; }

    /// <summary>Trains one model for all targets.</summary>
    /// <param name="data">Features and targets, already normalized.</param>
    /// <param name="parameters">Complete parameters, see <see cref="Parameters"/>.</param>
    /// <param name="seed">Makes the result reproducible.</param>
    /// <param name="watch">Is told how it goes, keeps checkpoints, and may have one to resume from.</param>
    /// <param name="cancellationToken">Checked at least once per round.</param>
    /// <returns>The model file.</returns>
    /// <exception cref="MeshException">The data cannot be learned from, see <see cref="TrainingData.RequireFor"/>.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged or of another training.</exception>
    byte[] Train(
        TrainingData data,
        IReadOnlyDictionary<string, double> parameters,
        int seed,
        TrainingWatch watch,
        CancellationToken cancellationToken);

    /// <summary>Loads a model file made by <see cref="Train"/>.</summary>
    /// <exception cref="InvalidDataException">Not a model of this engine, or made by a newer one.</exception>
    ITrainedModel Load(ReadOnlyMemory<byte> file);
}
