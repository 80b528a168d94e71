using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines;

/// <summary>
/// Features and targets of the training and the validation part; validation may be used for early stopping.
/// </summary>
/// <param name="Features">
/// Training features, shape (rows, features). NaN = missing, where <see cref="IModelEngine.AcceptsMissing"/>.
/// </param>
/// <param name="Targets">
/// Training targets, shape (rows, targets). Classes are numbered from 0; grades of a ranking are 0 to 31, more is better.
/// </param>
/// <param name="ValidationFeatures">Validation features; may have no rows.</param>
/// <param name="ValidationTargets">Validation targets.</param>
public sealed partial record TrainingData(
    Matrix Features, Matrix Targets, Matrix ValidationFeatures, Matrix ValidationTargets)
{
    /// <summary>What the model will answer; all but regression have exactly one target.</summary>
    public ModelTask Task { get; init; }

    /// <summary>Number of classes: 2 for binary, 2 or more for multiclass, otherwise 0.</summary>
    public int ClassCount { get; init; }

    /// <summary>
    /// How much each training row counts, 0 or more; null = all the same. For a ranking one number per query.
    /// </summary>
    public double[]? Weights { get; init; }

    /// <summary>The same for the validation part.</summary>
    public double[]? ValidationWeights { get; init; }

    /// <summary>For a ranking: how many rows each query has, in the order of the rows.</summary>
    public int[]? Groups { get; init; }

    /// <summary>The same for the validation part.</summary>
    public int[]? ValidationGroups { get; init; }
}
