using Skipper.Services.Training.Trainings;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Training.Comparisons;

/// <summary>Measures a version on rows that were normalized for another, in the metrics of its task.</summary>
internal sealed class VersionJudge(IArtifactStore artifacts, EngineCatalog engines)
{
    /// <returns>Metrics by target and name; those that the rows do not define are absent.</returns>
    /// <exception cref="MeshException">The rows lack an input of the version, or are not those of its task.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>> MeasureAsync(
        ModelVersion version, ComparedRows rows, CancellationToken cancellationToken)
    {
        RequireTargets(version, rows);
        using var file = new MemoryStream();
        await using (var stream = await artifacts.OpenAsync(version.Artifact, cancellationToken))
        {
            await stream.CopyToAsync(file, cancellationToken);
        }

        return await OwnThread.RunAsync(
            () =>
            {
                using var model = engines.ResolveForLoading(version.Engine).Load(file.ToArray());
                var predictions = model.Predict(Renormalize(version, rows));
                return (IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>)rows.Targets
                    .Select((target, column) => (target, Metrics: rows.Measure(version, column, predictions, cancellationToken)))
                    .ToDictionary(pair => pair.target, pair => pair.Metrics);
            },
            cancellationToken);
    }

    private static void RequireTargets(ModelVersion version, ComparedRows rows)
    {
        var task = ComparedRows.TaskOf(version);
        if (!version.Targets.SequenceEqual(rows.Targets)
            || (task != rows.Task && !(task.IsClassification() && rows.Task.IsClassification())))
        {
            throw MeshException.FailedPrecondition(
                $"Version {version.Version} of model '{version.Name}' predicts {string.Join(", ", version.Targets)} "
                + $"({task.Name()}), the other {string.Join(", ", rows.Targets)} ({rows.Task.Name()}): "
                + "they cannot be compared.");
        }
    }

    /// <summary>Back to the column's own unit, then as the version has learned it.</summary>
    private static Matrix Renormalize(ModelVersion version, ComparedRows rows)
    {
        var features = rows.Part.Features;
        var sources = version.Features.Select(feature => IndexOf(rows.Split, version, feature.Name)).ToArray();
        var values = new double[features.Rows * sources.Length];
        for (var row = 0; row < features.Rows; row++)
        {
            for (var column = 0; column < sources.Length; column++)
            {
                var (from, to) = (rows.Split.Features[sources[column]], version.Features[column]);
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
