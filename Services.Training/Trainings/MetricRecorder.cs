using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Training.Trainings;

/// <summary>Collects metrics by round; a round that is told again, after a resumption, counts once.</summary>
internal sealed class MetricRecorder(IReadOnlyList<string> targets, IReadOnlyList<MetricSeries> earlier)
{
    private readonly Dictionary<(string Part, string Target, string Name), List<double?>> _series = earlier.ToDictionary(
        series => (series.Part, series.Target, series.Name), series => series.Values.ToList());

    public IReadOnlyList<MetricSeries> Series =>
    [
        .. _series.Select(series => new MetricSeries
        {
            Part = series.Key.Part,
            Target = series.Key.Target,
            Name = series.Key.Name,
            Values = [.. series.Value],
        }),
    ];

    public void Add(TrainingMetric metric)
    {
        var key = (metric.Part, targets[metric.Target], metric.Name);
        if (!_series.TryGetValue(key, out var values))
        {
            _series[key] = values = [];
        }

        // Rounds beyond this one belong to an attempt that got further than its last checkpoint.
        values.RemoveRange(Math.Min(values.Count, metric.Round), Math.Max(0, values.Count - metric.Round));
        while (values.Count < metric.Round)
        {
            values.Add(null);
        }

        values.Add(double.IsFinite(metric.Value) ? metric.Value : null);
    }
}
