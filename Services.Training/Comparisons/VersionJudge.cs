using Skipper.Services.Training.Models;
using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Training.Comparisons;

/// <summary>Measures a version on rows that were normalized for another.</summary>
internal sealed class VersionJudge(IArtifactStore artifacts, EngineCatalog engines)
{
    /// <returns>Metrics by target and name.</returns>
    /// <exception cref="MeshException">The rows lack an input of the version, or it is no regression.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>> MeasureAsync(
        ModelVersion version, DatasetSplit split, PartArrays part, CancellationToken cancellationToken)
    {
        if (!version.Targets.SequenceEqual(split.Targets))
        {
            throw MeshException.FailedPrecondition(
                $"Version {version.Version} of model '{version.Name}' predicts {string.Join(", ", version.Targets)}, the other "
                + $"{string.Join(", ", split.Targets)}: they cannot be compared.");
        }

        using var file = new MemoryStream();
        await using (var stream = await artifacts.OpenAsync(version.Artifact, cancellationToken))
        {
            await stream.CopyToAsync(file, cancellationToken);
        }

        using var model = engines.ResolveForLoading(version.Engine).Load(file.ToArray());
        var predictions = model.Predict(Renormalize(version, split, part.Features));
        return model.Task is ModelTask.Regression
            ? RegressionScores.Of(RegressionEvaluation.Measure(split.Targets, part.Targets, predictions))
            : throw MeshException.FailedPrecondition(
                $"Version {version.Version} of model '{version.Name}' is no regression ({model.Task.Name()}); give the metrics of both "
                + "versions as gate.comparison yourself.");
    }

    /// <summary>Back to the column's own unit, then as the version has learned it.</summary>
    private static Matrix Renormalize(ModelVersion version, DatasetSplit split, Matrix features)
    {
        var sources = version.Features.Select(feature => IndexOf(split, version, feature.Name)).ToArray();
        var values = new double[features.Rows * sources.Length];
        for (var row = 0; row < features.Rows; row++)
        {
            for (var column = 0; column < sources.Length; column++)
            {
                var (from, to) = (split.Features[sources[column]], version.Features[column]);
                var value = (features[row, sources[column]] * from.StandardDeviation) + from.Mean;
                values[(row * sources.Length) + column] = (value - to.Mean) / to.StandardDeviation;
            }
        }

        return new Matrix(features.Rows, sources.Length, values);
    }

    private static int IndexOf(DatasetSplit split, ModelVersion version, string name)
    {
        for (var column = 0; column < split.Features.Count; column++)
        {
            if (split.Features[column].Name == name)
            {
                return column;
            }
        }

        throw MeshException.FailedPrecondition(
            $"Dataset '{split.Dataset.Name}' version {split.Dataset.Version} has no column '{name}', an input of version "
            + $"{version.Version} of model '{version.Name}'.");
    }
}
