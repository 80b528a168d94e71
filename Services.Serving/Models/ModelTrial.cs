using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Models;

/// <summary>Tries a model before anybody asks it, which also warms it up.</summary>
internal static class ModelTrial
{
    // Engines may take another way for many rows than for few: the golden rows go both.
    private const int ManyRows = 64;

    /// <exception cref="InvalidDataException">It is not what its manifest says, or answers its golden rows wrongly.</exception>
    public static void Require(ModelVersion manifest, ITrainedModel model)
    {
        var (features, targets) = (manifest.Features.Count, manifest.Targets.Count);
        if (model.FeatureCount != features || model.TargetCount != targets)
        {
            throw new InvalidDataException(
                $"The manifest names {features} features and {targets} targets, "
                + $"the file has {model.FeatureCount} and {model.TargetCount}.");
        }

        if (manifest.Golden is { Inputs.Count: > 0 } golden)
        {
            Replay(golden, model, golden.Inputs.Count);
            Replay(golden, model, Math.Max(ManyRows, golden.Inputs.Count));
            return;
        }

        // All features at their mean.
        foreach (var rows in new[] { 1, ManyRows })
        {
            if (!model.Predict(new Matrix(rows, features, new double[rows * features])).Values.All(double.IsFinite))
            {
                throw new InvalidDataException("The model predicts values that are not finite for the mean row.");
            }
        }
    }

    /// <param name="golden">What to replay, from the beginning again where it has fewer rows.</param>
    /// <param name="model">Who is to answer.</param>
    /// <param name="count">Number of rows.</param>
    private static void Replay(GoldenRows golden, ITrainedModel model, int count)
    {
        var outputs = model.OutputCount;
        if (golden.Outputs.Count != golden.Inputs.Count
            || golden.Inputs.Any(row => row.Count != model.FeatureCount) || golden.Outputs.Any(row => row.Count != outputs))
        {
            throw new InvalidDataException("The golden rows of the manifest do not have the shape of the model.");
        }

        var rows = Enumerable.Range(0, count).Select(row => row % golden.Inputs.Count).ToArray();
        double[] inputs = [.. rows.SelectMany(row => golden.Inputs[row].Select(value => value ?? double.NaN))];
        var found = model.Predict(new Matrix(count, model.FeatureCount, inputs));
        for (var row = 0; row < count; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                var expected = golden.Outputs[rows[row]][output];
                if (!(Math.Abs(found[row, output] - expected) <= golden.Tolerance * Math.Max(1, Math.Abs(expected))))
                {
                    throw new InvalidDataException(
                        FormattableString.Invariant($"Golden row {rows[row]} should give {expected:R}, gives {found[row, output]:R}: ")
                        + "the file or the library is not the one that the version was made with.");
                }
            }
        }
    }
}
