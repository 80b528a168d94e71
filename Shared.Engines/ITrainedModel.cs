using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines;

/// <summary>A loaded model; safe to call from many threads until disposed.</summary>
public interface ITrainedModel : IDisposable
{
    /// <summary>Number of features a row must have.</summary>
    int FeatureCount { get; }

    /// <summary>Number of values predicted per row.</summary>
    int TargetCount { get; }

    /// <summary>Predicts all rows.</summary>
    /// <param name="features">Normalized features, shape (rows, features).</param>
    /// <returns>Predictions in the targets' units, shape (rows, targets).</returns>
    Matrix Predict(Matrix features);
}
