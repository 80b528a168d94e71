using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Trainings;

/// <summary>Turns arrays into a model file and its metrics: no bus, no clock, no disk.</summary>
internal static class ModelTrainer
{
    /// <summary>The model that is kept; those of folds are numbered from 1.</summary>
    public const int Kept = 0;

    // Enough for two digits of an interval; more would take longer than many a training.
    private const int Resamples = 100;

    /// <summary>
    /// Trains and evaluates on a thread of its own; minutes of computing would starve the shared ones.
    /// </summary>
    /// <param name="plan">What to train.</param>
    /// <param name="data">What to learn from.</param>
    /// <param name="models">Is told how each model comes along, and may know it from an earlier attempt.</param>
    /// <param name="cancellationToken">Looked at in each round.</param>
    public static Task<TrainingResult> TrainAsync(
        TrainingPlan plan, PreparedData data, IModelProgress models, CancellationToken cancellationToken) =>
        OwnThread.RunAsync(() => Train(plan, data, models, cancellationToken), cancellationToken);

    private static TrainingResult Train(
        TrainingPlan plan, PreparedData data, IModelProgress models, CancellationToken cancellationToken)
    {
        var folds = new List<IReadOnlyList<MetricValue>>();
        var units = plan.Folds == 0 ? [] : Folds.Divide(data.Train.UnitCount, plan.Folds, plan.Seed);
        for (var fold = 0; fold < units.Length; fold++)
        {
            int[] others = [.. units.Where((_, other) => other != fold).SelectMany(other => other).Order()];
            var learned = TrainOne(plan, data.ForEngine(plan.Task, data.Train.Take(others)), fold + 1, models, cancellationToken);
            using var judge = plan.Engine.Load(learned);
            var heldOut = data.Train.Take(units[fold]);
            folds.Add(Measure(plan, "held_out", data, heldOut, Predict(plan, "held out", heldOut, judge), false, cancellationToken));
        }

        var file = TrainOne(plan, data.ForEngine(plan.Task, data.Train), Kept, models, cancellationToken);

        // Measured with the file as serving will load it, not with what the engine has in memory.
        using var model = plan.Engine.Load(file);
        var (predictions, validation) = Both(
            () => Predict(plan, "test", data.Test, model), () => Predict(plan, "validation", data.Validation, model));
        return new TrainingResult(
            file,
            [
                .. Measure(plan, "test", data, data.Test, predictions, true, cancellationToken),
                .. Measure(plan, "validation", data, data.Validation, validation, false, cancellationToken),
            ],
            folds,
            predictions);
    }

    // Side by side: unlike a training, predictions do not depend on the number of threads.
    private static (T First, T Second) Both<T>(Func<T> first, Func<T> second)
    {
        var both = Task.WhenAll(
            OwnThread.RunAsync(first, CancellationToken.None), OwnThread.RunAsync(second, CancellationToken.None)).GetAwaiter().GetResult();
        return (both[0], both[1]);
    }

    private static byte[] TrainOne(
        TrainingPlan plan, TrainingData data, int number, IModelProgress models, CancellationToken cancellationToken)
    {
        if (models.FindFinished(number) is { } finished)
        {
            return finished;
        }

        var file = plan.Engine.Train(data, plan.Parameters, plan.Seed, models.Watch(number), cancellationToken);
        models.Finish(number, file);
        return file;
    }

    private static Matrix Predict(TrainingPlan plan, string name, PreparedPart part, ITrainedModel model)
    {
        var predictions = model.Predict(part.Features);
        TrainingChecks.RequireFinite(name, plan.Targets, predictions);
        return predictions;
    }

    private static IReadOnlyList<MetricValue> Measure(
        TrainingPlan plan,
        string name,
        PreparedData data,
        PreparedPart part,
        Matrix predictions,
        bool withIntervals,
        CancellationToken cancellationToken) => TrainingScores.Measure(
            plan,
            name,
            part,
            data.Classes.Count,
            predictions,
            withIntervals ? new EvaluationOptions { Seed = plan.Seed, Resamples = Resamples } : EvaluationOptions.WithoutIntervals,
            cancellationToken);
}

/// <summary>Follows the models of a training, and remembers them from one attempt to the next.</summary>
internal interface IModelProgress
{
    /// <summary>The file of a model that an earlier attempt has finished.</summary>
    byte[]? FindFinished(int number);

    /// <summary>What the engine tells while it trains a model.</summary>
    TrainingWatch Watch(int number);

    /// <summary>A model is done.</summary>
    void Finish(int number, byte[] file);
}

/// <summary>What a training has made.</summary>
/// <param name="File">The model file.</param>
/// <param name="Metrics">Of test and validation part.</param>
/// <param name="Folds">Metrics of each fold.</param>
/// <param name="Predictions">Of the test part.</param>
internal sealed record TrainingResult(
    byte[] File,
    IReadOnlyList<MetricValue> Metrics,
    IReadOnlyList<IReadOnlyList<MetricValue>> Folds,
    Matrix Predictions);
