using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Training.Trainings;

/// <summary>How good predictions of a part are, in the metrics of the task.</summary>
internal static class TrainingScores
{
    /// <summary>All metrics that the part defines.</summary>
    /// <param name="plan">Knows task and targets.</param>
    /// <param name="name">Name of the part.</param>
    /// <param name="part">What is right.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="predictions">What was predicted.</param>
    /// <param name="options">Whether intervals are found.</param>
    /// <param name="cancellationToken">Looked at while intervals are found.</param>
    /// <exception cref="MeshException">The metric by which models are chosen is not defined.</exception>
    public static IReadOnlyList<MetricValue> Measure(
        TrainingPlan plan,
        string name,
        PreparedPart part,
        int classes,
        Matrix predictions,
        EvaluationOptions options,
        CancellationToken cancellationToken)
    {
        var metrics = new List<MetricValue>();
        for (var column = 0; column < plan.Targets.Count; column++)
        {
            var truth = part.Targets.Column(column);
            var measured = plan.Task switch
            {
                ModelTask.Regression => RegressionReport.Measure(
                    truth, PreparedPart.Single(predictions, column), part.Weights, options, cancellationToken).Metrics,
                ModelTask.Ranking => RankingReport.Measure(
                    truth, predictions, part.Groups!, null, options, cancellationToken).Metrics,
                _ => ClassReport.Measure(classes, truth, predictions, part.Weights, options, cancellationToken).Metrics,
            };
            Require(plan.Task, name, plan.Targets[column], measured);
            metrics.AddRange(measured.Where(metric => metric.Value.Value is not null).Select(metric => new MetricValue
            {
                Part = name,
                Target = plan.Targets[column],
                Name = metric.Key,
                Value = metric.Value.Value!.Value,
                Low = metric.Value.Lower,
                High = metric.Value.Upper,
            }));
        }

        return metrics;
    }

    /// <summary>One number of all metrics of a part: smaller is better, see <see cref="TrialResult.Score"/>.</summary>
    public static double Score(IEnumerable<MetricValue> metrics) => metrics
        .GroupBy(metric => metric.Target)
        .Select(target => target.ToDictionary(metric => metric.Name, metric => metric.Value))
        .Average(values => values switch
        {
            _ when values.TryGetValue(MetricNames.LogLoss, out var loss) => loss,
            _ when values.TryGetValue(MetricNames.Ndcg, out var gain) => -gain,
            _ when values.TryGetValue(MetricNames.R2, out var r2) => Math.Sqrt(Math.Max(0, 1 - r2)),
            _ => values[MetricNames.Rmse],
        });

    private static void Require(ModelTask task, string part, string target, IReadOnlyDictionary<string, Estimate> metrics)
    {
        var name = MetricNames.Of(task)[0];
        if (metrics[name].Value is not { } value || !double.IsFinite(value))
        {
            throw MeshException.FailedPrecondition(task == ModelTask.Ranking
                ? $"No query of the {part} part has a row with a grade above 0 in '{target}', so no order is better than another."
                : $"The model's {name} of '{target}' on the {part} part is not finite; "
                    + "the values of the dataset are too large to compute with, scale them down.");
        }
    }
}
