using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Trainings;

/// <summary>Refuses data from which nothing can be learned, before time is spent on them.</summary>
internal static class TrainingChecks
{
    private const int FewestTrainingRows = 5;

    private const int MostClasses = 100;

    /// <exception cref="MeshException">Too few rows, a value that is no number, or a target that never changes.</exception>
    public static void Require(TrainingPlan plan, DatasetSplit split, SplitArrays arrays)
    {
        RequireRows(split, "training", arrays.Train, FewestTrainingRows);
        RequireRows(split, "test", arrays.Test, 1);
        RequireRows(split, "validation", arrays.Validation, 1);
        if (split.Features.Count == 0)
        {
            throw MeshException.InvalidArgument(
                $"Dataset '{split.Dataset.Name}' has no feature column left beside the targets; name fewer targets.");
        }

        var text = split.Classes?.Keys.FirstOrDefault(column => !plan.Task.IsClassification() || column != plan.Targets[0]);
        TrainingRequest.Require(
            text is null,
            $"Column '{text}' is text, which only the target of a binary or multiclass training may be; the task is {plan.Task.Name()}");
        string[] features = [.. split.Features.Select(feature => feature.Name)];
        string[] targets = [.. split.Targets];
        foreach (var part in new[] { arrays.Train, arrays.Test, arrays.Validation })
        {
            RequireFinite(part.Features, features, plan.KeepsMissing);
            RequireFinite(part.Targets, targets, false);
        }

        for (var column = 0; column < features.Length; column++)
        {
            RequireValue(arrays.Train.Features, column, features[column]);
        }

        for (var column = 0; column < plan.Targets.Count; column++)
        {
            RequireChange(arrays.Train.Targets, column, targets[column]);
        }
    }

    /// <exception cref="MeshException">The target has no classes that the task could tell apart.</exception>
    public static void RequireClasses(TrainingPlan plan, PartArrays train, double[] classes, string[] names)
    {
        if (!plan.Task.IsClassification())
        {
            return;
        }

        var target = plan.Targets[0];
        var broken = Array.Find(classes, value => value != Math.Truncate(value));
        TrainingRequest.Require(
            broken == 0,
            FormattableString.Invariant($"Target '{target}' must have whole numbers for classes, has {broken:R}; train a regression"));
        var most = plan.Task == ModelTask.Binary ? 2 : MostClasses;
        TrainingRequest.Require(
            classes.Length <= most,
            $"Target '{target}' has {classes.Length} classes ({Show(names)}), allowed for the task {plan.Task.Name()} are {most}");
        var seen = train.Targets.Column(0).ToHashSet();
        string[] unseen = [.. names.Where((_, number) => !seen.Contains(classes[number]))];
        TrainingRequest.Require(
            unseen.Length == 0,
            $"Target '{target}' has classes without any training row ({Show(unseen)}); import more rows of them, or leave them out");
    }

    /// <exception cref="MeshException">The model predicts values beyond all bounds.</exception>
    public static void RequireFinite(string part, IReadOnlyList<string> targets, Matrix predictions)
    {
        var wrong = Array.FindIndex(predictions.Values, value => !double.IsFinite(value));
        if (wrong >= 0)
        {
            throw MeshException.FailedPrecondition(
                $"The model's predictions of '{targets[wrong % predictions.Columns % targets.Count]}' on the {part} part are not finite; "
                + "the values of the dataset are too large to compute with, scale them down.");
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

    private static string Show(string[] classes) => string.Join(", ", classes.Take(5)) + (classes.Length > 5 ? ", ..." : "");

    private static void RequireFinite(Matrix matrix, string[] columns, bool mayBeMissing)
    {
        var values = matrix.Values;
        for (var index = 0; index < values.Length; index++)
        {
            if (!double.IsFinite(values[index]) && !(mayBeMissing && double.IsNaN(values[index])))
            {
                throw MeshException.InvalidArgument(
                    $"Column '{columns[index % matrix.Columns]}' has a value that is missing or not finite; "
                    + "fill or remove such rows and import the dataset again.");
            }
        }
    }

    private static void RequireValue(Matrix features, int column, string name)
    {
        for (var row = 0; row < features.Rows; row++)
        {
            if (!double.IsNaN(features[row, column]))
            {
                return;
            }
        }

        throw MeshException.InvalidArgument(
            $"Column '{name}' is missing in all {features.Rows} training rows; leave it out of data.features.");
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
