using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines;

/// <summary>A model that can say what each feature contributed to a prediction.</summary>
public interface IExplainedModel : ITrainedModel
{
    /// <summary>
    /// The sums before they are made probabilities: log odds for classes, the prediction itself otherwise.
    /// </summary>
    /// <param name="features">Normalized features, shape (rows, features).</param>
    /// <returns>Shape (rows, <see cref="ITrainedModel.OutputCount"/>).</returns>
    Matrix Margins(Matrix features);

    /// <summary>Splits the margin of one output into a part for each feature.</summary>
    /// <param name="features">Normalized features, shape (rows, features).</param>
    /// <param name="output">Column of <see cref="Margins"/>, from 0.</param>
    /// <returns>Shape (rows, features + 1); the last column is the bias, and a row adds up to its margin.</returns>
    Matrix Explain(Matrix features, int output);
}
