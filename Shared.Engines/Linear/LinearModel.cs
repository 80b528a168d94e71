using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Linear;

/// <summary>Lines through many dimensions: one per target, one for two classes, or one per class.</summary>
internal sealed class LinearModel(LinearModelFile file) : IExplainedModel, ICoefficientModel
{
    public ModelTask Task { get; } = file.ParsedTask;

    public int ClassCount => file.ClassCount;

    public int FeatureCount => file.Features;

    public int TargetCount => Task == ModelTask.Multiclass ? 1 : file.Intercepts.Length;

    public IReadOnlyList<CoefficientTable> Coefficients { get; } =
        [.. Enumerable.Range(0, file.Intercepts.Length).Select(file.Table)];

    public IReadOnlyList<string> Notes => file.Notes;

    private int Outputs => file.Intercepts.Length;

    public Matrix Predict(Matrix features)
    {
        var margins = Margins(features);
        if (Task == ModelTask.Regression)
        {
            return margins;
        }

        for (var row = 0; row < margins.Rows; row++)
        {
            var scores = margins.Values.AsSpan(row * Outputs, Outputs);
            if (Task == ModelTask.Binary)
            {
                scores[0] = Softmax.Logistic(scores[0]);
            }
            else
            {
                Softmax.Normalize(scores);
            }
        }

        return margins;
    }

    public Matrix Margins(Matrix features)
    {
        FeatureCheck.Require(features, FeatureCount);
        var values = new double[features.Rows * Outputs];
        for (var row = 0; row < features.Rows; row++)
        {
            for (var output = 0; output < Outputs; output++)
            {
                values[(row * Outputs) + output] =
                    file.Intercepts[output] + Dense.Dot(file.Coefficients[output], features.Row(row));
            }
        }

        return new Matrix(features.Rows, Outputs, values);
    }

    // The part of a feature is what its distance from the mean adds to the prediction for the mean row: Shapley values of
    // a linear model whose features are taken as independent.
    public Matrix Explain(Matrix features, int output)
    {
        FeatureCheck.Require(features, FeatureCount);
        ArgumentOutOfRangeException.ThrowIfNegative(output);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(output, Outputs);
        var (coefficients, width) = (file.Coefficients[output], FeatureCount + 1);
        var means = file.FeatureMeans ?? new double[FeatureCount];
        var bias = file.Intercepts[output] + Dense.Dot(coefficients, means);
        var parts = new double[features.Rows * width];
        for (var row = 0; row < features.Rows; row++)
        {
            var into = parts.AsSpan(row * width, width);
            for (var column = 0; column < FeatureCount; column++)
            {
                into[column] = coefficients[column] * (features[row, column] - means[column]);
            }

            into[FeatureCount] = bias;
        }

        return new Matrix(features.Rows, width, parts);
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
