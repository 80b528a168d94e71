using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Serving.Models;

/// <summary>Turns a manifest into a model that is known to work.</summary>
internal sealed class ModelOpener(IArtifactStore artifacts, EngineCatalog engines)
{
    /// <summary>
    /// Reads the file (the store checks its digest), loads it and predicts one row before anybody else does.
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
            return new ServedModel(manifest, model);
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

        // All features at their mean.
        var warmUp = model.Predict(new Matrix(1, features, new double[features]));
        if (!warmUp.Values.All(double.IsFinite))
        {
            throw new InvalidDataException("The model predicts values that are not finite for the mean row.");
        }
    }
}
