using Skipper.Services.Serving.Lanes;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Serving.Models;

/// <summary>Turns a manifest into a model that is known to work.</summary>
internal sealed class ModelOpener(IArtifactStore artifacts, EngineCatalog engines, LaneSettings lanes)
{
    /// <summary>
    /// Reads the file (the store checks its digest), loads it and replays its golden rows before anybody else asks.
    /// </summary>
    public async Task<ServedModel> OpenAsync(ModelVersion manifest, CancellationToken cancellationToken)
    {
        var engine = engines.ResolveForLoading(manifest.Engine);
        using var file = new MemoryStream();
        await using (var stream = await artifacts.OpenAsync(manifest.Artifact, cancellationToken))
        {
            await stream.CopyToAsync(file, cancellationToken);
        }

        var model = engine.Load(file.ToArray());
        try
        {
            Require(manifest, model);
            var served = new ServedModel(manifest, model, lanes);
            await served.Lane.WarmUpAsync();
            return served;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static void Require(ModelVersion manifest, ITrainedModel model)
    {
        var (features, targets) = (manifest.Features.Count, manifest.Targets.Count);
        if (model.FeatureCount != features || model.TargetCount != targets)
        {
            throw new InvalidDataException(
                $"The manifest names {features} features and {targets} targets, "
                + $"the file has {model.FeatureCount} and {model.TargetCount}.");
        }

        if (manifest.Preprocessing is { } transform)
        {
            throw new InvalidDataException($"The model needs the fitted transform {transform}, which this service does not apply yet.");
        }

        // All features at their mean.
        var warmUp = model.Predict(new Matrix(1, features, new double[features]));
        if (!warmUp.Values.All(double.IsFinite))
        {
            throw new InvalidDataException("The model predicts values that are not finite for the mean row.");
        }

        if (manifest.Golden is { } golden)
        {
            Replay(golden, model);
        }
    }

    private static void Replay(GoldenRows golden, ITrainedModel model)
    {
        var (rows, outputs) = (golden.Inputs.Count, model.OutputCount);
        if (golden.Outputs.Count != rows
            || golden.Inputs.Any(row => row.Count != model.FeatureCount) || golden.Outputs.Any(row => row.Count != outputs))
        {
            throw new InvalidDataException("The golden rows of the manifest do not have the shape of the model.");
        }

        double[] inputs = [.. golden.Inputs.SelectMany(row => row.Select(value => value ?? double.NaN))];
        var found = model.Predict(new Matrix(rows, model.FeatureCount, inputs));
        for (var row = 0; row < rows; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                var expected = golden.Outputs[row][output];
                if (!(Math.Abs(found[row, output] - expected) <= golden.Tolerance * Math.Max(1, Math.Abs(expected))))
                {
                    throw new InvalidDataException(
                        FormattableString.Invariant($"Golden row {row} should give {expected:R}, gives {found[row, output]:R}: ")
                        + "the file or the library is not the one that the version was made with.");
                }
            }
        }
    }
}
