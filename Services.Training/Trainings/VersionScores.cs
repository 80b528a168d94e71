using Skipper.Shared.Engines.Evaluation;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Trainings;

/// <summary>Metrics in the two shapes that model versions have.</summary>
internal static class VersionScores
{
    /// <summary>All of them, by part, target and name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetricScore>>> All(
        IReadOnlyList<MetricValue> metrics) => ByTarget(metrics, IReadOnlyDictionary<string, MetricScore> (target) =>
            target.ToDictionary(metric => metric.Name, metric => new MetricScore(metric.Value, metric.Low, metric.High)));

    /// <summary>Those of a regression, in the shape that versions had from the beginning; empty for other tasks.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, RegressionMetrics>> Regression(
        IReadOnlyList<MetricValue> metrics) => ByTarget(
            metrics.Where(metric => metric.Name is MetricNames.Rmse or MetricNames.Mae or MetricNames.R2),
            target => Read(target.ToDictionary(metric => metric.Name, metric => metric.Value)));

    private static Dictionary<string, IReadOnlyDictionary<string, T>> ByTarget<T>(
        IEnumerable<MetricValue> metrics, Func<IEnumerable<MetricValue>, T> read) =>
        metrics.GroupBy(metric => metric.Part).ToDictionary(
            part => part.Key,
            IReadOnlyDictionary<string, T> (part) => part.GroupBy(metric => metric.Target).ToDictionary(
                target => target.Key, target => read(target)));

    private static RegressionMetrics Read(Dictionary<string, double> values) =>
        new(values[MetricNames.Rmse], values[MetricNames.Mae], values.TryGetValue(MetricNames.R2, out var r2) ? r2 : null);
}
