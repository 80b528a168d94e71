using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Trainings;

/// <summary>Turns arrays into a model file and its metrics: no bus, no clock, no disk.</summary>
internal static class ModelTrainer
{
    /// <summary>
    /// Trains and evaluates on a thread of its own; minutes of computing would starve the shared ones.
    /// </summary>
    public static Task<TrainingResult> TrainAsync(
        TrainingPlan plan,
        DatasetSplit split,
        SplitArrays arrays,
        Action<double, string> progress,
        CancellationToken cancellationToken) => Task.Factory.StartNew(
            () => Train(plan, split, arrays, progress, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);

    private static TrainingResult Train(
        TrainingPlan plan,
        DatasetSplit split,
        SplitArrays arrays,
        Action<double, string> progress,
        CancellationToken cancellationToken)
    {
        TrainingChecks.Require(split, arrays);
        var data = new TrainingData(
            arrays.Train.Features, arrays.Train.Targets, arrays.Validation.Features, arrays.Validation.Targets);
        var file = plan.Engine.Train(data, plan.Parameters, plan.Seed, new TrainingWatch { Progress = progress }, cancellationToken);

        // Measured with the file as serving will load it, not with what the engine has in memory.
        using var model = plan.Engine.Load(file);
        var metrics = new Dictionary<string, IReadOnlyDictionary<string, RegressionMetrics>>
        {
            ["test"] = Evaluate(model, split, arrays.Test),
            ["validation"] = Evaluate(model, split, arrays.Validation),
        };
        TrainingChecks.RequireFinite(metrics);
        return new TrainingResult(file, metrics);
    }

    private static IReadOnlyDictionary<string, RegressionMetrics> Evaluate(
        ITrainedModel model, DatasetSplit split, PartArrays part) =>
        RegressionEvaluation.Measure(split.Targets, part.Targets, model.Predict(part.Features));
}

/// <summary>What a training has made.</summary>
internal sealed record TrainingResult(
    byte[] File, IReadOnlyDictionary<string, IReadOnlyDictionary<string, RegressionMetrics>> Metrics);
