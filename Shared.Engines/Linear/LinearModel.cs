using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Linear;

/// <summary>A line through many dimensions, per target.</summary>
internal sealed class LinearModel(LinearModelFile file) : ITrainedModel
{
    public ModelTask Task => ModelTask.Regression;

    public int ClassCount => 0;

    public int FeatureCount => file.Features;

    public int TargetCount => file.Intercepts.Length;

    public Matrix Predict(Matrix features)
    {
        FeatureCheck.Require(features, FeatureCount);
        var values = new double[features.Rows * TargetCount];
        for (var row = 0; row < features.Rows; row++)
        {
            var input = features.Row(row);
            for (var target = 0; target < TargetCount; target++)
            {
                var sum = file.Intercepts[target];
                var coefficients = file.Coefficients[target];
                for (var column = 0; column < coefficients.Length; column++)
                {
                    sum += coefficients[column] * input[column];
                }

                values[(row * TargetCount) + target] = sum;
            }
        }

        return new Matrix(features.Rows, TargetCount, values);
    }

    public double[] Importance() =>
    [
        .. Enumerable.Range(0, FeatureCount).Select(
            column => file.Coefficients.Sum(target => Math.Abs(target[column]))),
    ];

    public void Dispose()
    {
        // Nothing native to free.
    }
}
