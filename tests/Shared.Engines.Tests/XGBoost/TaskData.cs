using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.XGBoost;

/// <summary>Small made-up data for classes and rankings, the same on every run.</summary>
internal static class TaskData
{
    /// <summary>Classes are slices along the first feature.</summary>
    public static TrainingData Classes(int rows, int classes)
    {
        var (features, targets) = Sliced(rows, 21, classes);
        var (validationFeatures, validationTargets) = Sliced(rows / 4, 22, classes);
        return new TrainingData(features, targets, validationFeatures, validationTargets)
        {
            Task = classes == 2 ? ModelTask.Binary : ModelTask.Multiclass,
            ClassCount = classes,
        };
    }

    /// <summary>Queries of ten rows, in the validation part of five; grades 0 to 4 rise with the first feature.</summary>
    public static TrainingData Ranking(int queries)
    {
        var (features, targets) = Sliced(queries * 10, 31, 5);
        var (validationFeatures, validationTargets) = Sliced(queries * 5, 32, 5);
        return new TrainingData(features, targets, validationFeatures, validationTargets)
        {
            Task = ModelTask.Ranking,
            Groups = [.. Enumerable.Repeat(10, queries)],
            ValidationGroups = [.. Enumerable.Repeat(5, queries)],
        };
    }

    private static (Matrix Features, Matrix Targets) Sliced(int rows, int seed, int slices)
    {
        var points = Data.NonlinearRows(rows, seed).Features;
        var targets = Enumerable.Range(0, rows).Select(row => Math.Floor((points[row, 0] + 2) / 4.0001 * slices));
        return (points, new Matrix(rows, 1, [.. targets]));
    }
}
