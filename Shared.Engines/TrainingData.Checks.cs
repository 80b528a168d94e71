using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines;

public sealed partial record TrainingData
{
    private const int LargestGrade = 31;

    /// <summary>Refuses what the engine cannot learn from, before it reads past the end of something.</summary>
    /// <exception cref="ArgumentException">Says which shapes do not match.</exception>
    /// <exception cref="MeshException">The task, a label, a weight or a missing value is not possible here.</exception>
    public void RequireFor(IModelEngine engine)
    {
        RequireMatchingShapes();
        Allow(
            engine.Tasks.Contains(Task),
            $"Engine '{engine.Name}' does not train for the task {Task.Name()}; it knows "
            + $"{string.Join(", ", engine.Tasks.Select(task => task.Name()))}");
        RequireValues(engine, "training", Features, Targets, Weights);
        RequireValues(engine, "validation", ValidationFeatures, ValidationTargets, ValidationWeights);
    }

    private void RequireMatchingShapes()
    {
        Require(Features.Rows > 0, "expected at least one training row, found none");
        Require(Features.Columns > 0, "expected at least one feature column, found none");
        Require(Targets.Columns > 0, "expected at least one target column, found none");
        Require(
            Features.Rows == Targets.Rows,
            $"expected as many target rows as feature rows ({Features.Rows}), found {Targets.Rows}");
        Require(
            ValidationFeatures.Rows == ValidationTargets.Rows,
            $"expected as many validation target rows as feature rows ({ValidationFeatures.Rows}), "
            + $"found {ValidationTargets.Rows}");
        Require(
            ValidationFeatures.Rows == 0
            || (ValidationFeatures.Columns == Features.Columns && ValidationTargets.Columns == Targets.Columns),
            "expected the validation part to have the columns of the training part");
        foreach (var matrix in new[] { Features, Targets, ValidationFeatures, ValidationTargets })
        {
            Require(
                matrix.Values.Length == (long)matrix.Rows * matrix.Columns,
                $"expected {matrix.Rows}x{matrix.Columns} values, found {matrix.Values.Length}");
        }

        Require(
            Task == ModelTask.Regression || Targets.Columns == 1,
            $"expected one target for the task {Task.Name()}, found {Targets.Columns}");
        var classesAreRight = Task switch
        {
            ModelTask.Binary => ClassCount == 2,
            ModelTask.Multiclass => ClassCount >= 2,
            _ => ClassCount == 0,
        };
        Require(classesAreRight, $"{ClassCount} classes do not go with the task {Task.Name()}");
        RequireGroups("training", Features.Rows, Weights, Groups);
        RequireGroups("validation", ValidationFeatures.Rows, ValidationWeights, ValidationGroups);
    }

    private void RequireGroups(string part, int rows, double[]? weights, int[]? groups)
    {
        var isRanking = Task == ModelTask.Ranking;
        Require(
            rows == 0 || isRanking == groups is not null,
            $"expected query groups of the {part} part for a ranking, and for nothing else");
        Require(
            groups is null || (groups.All(size => size > 0) && groups.Sum(size => (long)size) == rows),
            $"expected the query groups of the {part} part to have {rows} rows together");
        var weighed = groups?.Length ?? rows;
        Require(
            weights is null || weights.Length == weighed,
            $"expected {weighed} weights for the {part} part, found {weights?.Length}");
    }

    private void RequireValues(IModelEngine engine, string part, Matrix features, Matrix targets, double[]? weights)
    {
        Allow(
            engine.AcceptsMissing || !features.Values.Any(double.IsNaN),
            $"Engine '{engine.Name}' cannot use rows with missing values, the {part} part has some; fill them or take another engine");
        var label = targets.Values.FirstOrDefault(value => !IsLabel(value), 0);
        Allow(
            IsLabel(label),
            FormattableString.Invariant($"The {part} part has the target {label:R}; the task {Task.Name()} takes {Labels}"));
        Allow(
            weights is null || (weights.All(weight => weight >= 0 && double.IsFinite(weight)) && weights.Any(weight => weight > 0)),
            $"The weights of the {part} part must be finite, 0 or more, and not all 0");
    }

    private string Labels => Task switch
    {
        ModelTask.Regression => "finite numbers",
        ModelTask.Ranking => $"whole numbers from 0 to {LargestGrade}",
        _ => $"whole numbers from 0 to {ClassCount - 1}",
    };

    private bool IsLabel(double value) => Task switch
    {
        ModelTask.Regression => double.IsFinite(value),
        ModelTask.Ranking => value is >= 0 and <= LargestGrade && double.IsInteger(value),
        _ => value >= 0 && value < ClassCount && double.IsInteger(value),
    };

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException($"Training data: {message}.");
        }
    }

    private static void Allow(bool condition, string message)
    {
        if (!condition)
        {
            throw MeshException.InvalidArgument($"{message}.");
        }
    }
}
