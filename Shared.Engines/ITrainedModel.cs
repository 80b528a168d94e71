using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines;

/// <summary>A loaded model; safe to call from many threads until disposed.</summary>
public interface ITrainedModel : IDisposable
{
    /// <summary>What it answers.</summary>
    ModelTask Task { get; }

    /// <summary>Number of classes: 2 for binary, 2 or more for multiclass, otherwise 0.</summary>
    int ClassCount { get; }

    /// <summary>Number of features a row must have.</summary>
    int FeatureCount { get; }

    /// <summary>Number of targets it was trained for; 1 for all tasks but regression.</summary>
    int TargetCount { get; }

    /// <summary>Number of values predicted per row.</summary>
    int OutputCount => Task == ModelTask.Multiclass ? ClassCount : TargetCount;

    /// <summary>Whether <see cref="Predict"/> mostly waits for another process, so that others should not wait for it.</summary>
    bool IsRemote => false;

    /// <summary>Predicts all rows.</summary>
    /// <param name="features">Normalized features, shape (rows, features).</param>
    /// <returns>
    /// Shape (rows, <see cref="OutputCount"/>): values in the targets' units for regression, scores for ranking, the
    /// probability of class 1 for binary, the probability of each class for multiclass.
    /// </returns>
    Matrix Predict(Matrix features);

    /// <summary>
    /// How much each feature matters, 0 or more and of no unit: the gain of all splits on it for trees, the sum of
    /// absolute coefficients for lines (comparable only where features are normalized). One value per feature.
    /// </summary>
    double[] Importance();
}
