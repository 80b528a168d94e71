using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Trainings;

/// <summary>Refuses data from which nothing can be learned, before time is spent on them.</summary>
internal static class TrainingChecks
{
    private const int FewestTrainingRows = 5;

    /// <exception cref="MeshException">Too few rows, a value that is no number, or a target that never changes.</exception>
    public static void Require(DatasetSplit split, SplitArrays arrays)
    {
        RequireRows(split, "training", arrays.Train, FewestTrainingRows);
        RequireRows(split, "test", arrays.Test, 1);
        RequireRows(split, "validation", arrays.Validation, 1);
        if (split.Features.Count == 0)
        {
            throw MeshException.InvalidArgument(
                $"Dataset '{split.Dataset.Name}' has no feature column left beside the targets; name fewer targets.");
        }

        string[] features = [.. split.Features.Select(feature => feature.Name)];
        string[] targets = [.. split.Targets];
        foreach (var part in new[] { arrays.Train, arrays.Test, arrays.Validation })
        {
            RequireFinite(part.Features, features);
            RequireFinite(part.Targets, targets);
        }

        for (var column = 0; column < targets.Length; column++)
        {
            RequireChange(arrays.Train.Targets, column, targets[column]);
        }
    }

    /// <exception cref="MeshException">The model predicts values beyond all bounds.</exception>
    public static void RequireFinite(
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, RegressionMetrics>> metrics)
    {
        foreach (var (part, targets) in metrics)
        {
            if (targets.FirstOrDefault(target => !double.IsFinite(target.Value.Rmse)) is { Key: { } target })
            {
                throw MeshException.FailedPrecondition(
                    $"The model's predictions of '{target}' on the {part} part are not finite; "
                    + "the values of the dataset are too large to compute with, scale them down.");
            }
        }
    }

    private static void RequireRows(DatasetSplit split, string name, PartArrays part, int fewest)
    {
        if (part.Features.Rows < fewest)
        {
            throw MeshException.InvalidArgument(
                $"Dataset '{split.Dataset.Name}' has too few rows ({split.Dataset.RowCount}): its {name} part must have "
                + $"at least {fewest}, has {part.Features.Rows}. Import more rows or choose another fraction.");
        }
    }

    private static void RequireFinite(Matrix matrix, string[] columns)
    {
        var index = Array.FindIndex(matrix.Values, value => !double.IsFinite(value));
        if (index >= 0)
        {
            throw MeshException.InvalidArgument(
                $"Column '{columns[index % matrix.Columns]}' has a value that is missing or not finite; "
                + "fill or remove such rows and import the dataset again.");
        }
    }

    private static void RequireChange(Matrix targets, int column, string name)
    {
        var first = targets[0, column];
        for (var row = 1; row < targets.Rows; row++)
        {
            if (targets[row, column] != first)
            {
                return;
            }
        }

        throw MeshException.InvalidArgument(FormattableString.Invariant(
            $"Target '{name}' has the same value ({first:R}) in all {targets.Rows} training rows; choose a column that varies."));
    }
}
