using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Trainings;

/// <summary>The parts of a split as an engine takes them: checked, classes numbered, weights and queries taken out.</summary>
/// <param name="Classes">The value of each class in the target column, ascending; empty where the task has none.</param>
/// <param name="ClassNames">What each class is called: its value, or its text where the target is text.</param>
/// <param name="Train">Training part.</param>
/// <param name="Test">Test part.</param>
/// <param name="Validation">Validation part.</param>
internal sealed record PreparedData(
    IReadOnlyList<double> Classes, IReadOnlyList<string> ClassNames, PreparedPart Train, PreparedPart Test, PreparedPart Validation)
{
    public static PreparedData Create(TrainingPlan plan, DatasetSplit split, SplitArrays arrays)
    {
        TrainingChecks.Require(plan, split, arrays);
        double[] classes = plan.Task.IsClassification()
            ? [.. new[] { arrays.Train, arrays.Test, arrays.Validation }
                .SelectMany(part => part.Targets.Column(0)).Distinct().Order()]
            : [];
        var names = ClassLabels.Names(split, classes);
        TrainingChecks.RequireClasses(plan, arrays.Train, classes, names);
        return new PreparedData(
            classes,
            names,
            Prepare(arrays.Train, plan, classes),
            Prepare(arrays.Test, plan, classes),
            Prepare(arrays.Validation, plan, classes));
    }

    /// <summary>What an engine trains with.</summary>
    public TrainingData ForEngine(ModelTask task, PreparedPart train) => new(
        train.Features, train.Targets, Validation.Features, Validation.Targets)
    {
        Task = task,
        ClassCount = Classes.Count,
        Weights = train.Weights,
        ValidationWeights = Validation.Weights,
        Groups = train.Groups,
        ValidationGroups = Validation.Groups,
    };

    private static PreparedPart Prepare(PartArrays part, TrainingPlan plan, double[] classes)
    {
        var rows = Enumerable.Range(0, part.Targets.Rows).ToArray();
        var count = plan.Targets.Count;
        double[]? queries = null;
        if (plan.Group is not null)
        {
            // The engine wants the rows of a query side by side; a stable order keeps results the same.
            queries = part.Targets.Column(part.Targets.Columns - 1);
            rows = [.. rows.OrderBy(row => queries[row]).ThenBy(row => row)];
        }

        var targets = new double[rows.Length * count];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var column = 0; column < count; column++)
            {
                var value = part.Targets[rows[i], column];
                targets[(i * count) + column] = classes.Length == 0 ? value : Array.BinarySearch(classes, value);
            }
        }

        return new PreparedPart(
            queries is null ? part.Features : part.Features.Take(rows),
            new Matrix(rows.Length, count, targets),
            plan.Weight is null ? null : part.Targets.Column(count),
            queries is null ? null : [.. rows.GroupBy(row => queries[row]).Select(group => group.Count())]);
    }
}

/// <summary>One part.</summary>
/// <param name="Features">Shape (rows, features).</param>
/// <param name="Targets">Shape (rows, targets); numbers of classes where there are classes.</param>
/// <param name="Weights">One per row; null = all the same.</param>
/// <param name="Groups">How many rows each query has; null = no ranking.</param>
internal sealed record PreparedPart(Matrix Features, Matrix Targets, double[]? Weights, int[]? Groups)
{
    /// <summary>What is divided by folds: queries of a ranking, otherwise rows.</summary>
    public int UnitCount => Groups?.Length ?? Targets.Rows;

    /// <summary>Some of the rows, or of the queries, in ascending order.</summary>
    public PreparedPart Take(int[] units)
    {
        var rows = units;
        if (Groups is not null)
        {
            var starts = new int[Groups.Length];
            for (var group = 1; group < starts.Length; group++)
            {
                starts[group] = starts[group - 1] + Groups[group - 1];
            }

            rows = [.. units.SelectMany(unit => Enumerable.Range(starts[unit], Groups[unit]))];
        }

        return new PreparedPart(
            Features.Take(rows),
            Targets.Take(rows),
            Weights is null ? null : [.. rows.Select(row => Weights[row])],
            Groups is null ? null : [.. units.Select(unit => Groups[unit])]);
    }

    /// <summary>One column as a matrix.</summary>
    public static Matrix Single(Matrix matrix, int column) =>
        matrix.Columns == 1 ? matrix : new Matrix(matrix.Rows, 1, matrix.Column(column));
}
