using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Trainings;

/// <summary>Metrics of a regression in the shape that model versions had from the beginning; empty for other tasks.</summary>
internal static class RegressionScores
{
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, RegressionMetrics>> Of(IReadOnlyList<MetricValue> metrics) =>
        metrics.Where(metric => metric.Name is "rmse" or "mae" or "r2").GroupBy(metric => metric.Part).ToDictionary(
            part => part.Key,
            IReadOnlyDictionary<string, RegressionMetrics> (part) => part.GroupBy(metric => metric.Target).ToDictionary(
                target => target.Key, target => Read(target.ToDictionary(metric => metric.Name, metric => metric.Value))));

    private static RegressionMetrics Read(Dictionary<string, double> values) =>
        new(values["rmse"], values["mae"], values.TryGetValue("r2", out var r2) ? r2 : null);
}
