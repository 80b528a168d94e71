using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Drift;

/// <summary>
/// The last figures of the versions that this worker serves, for whoever collects metrics: meter <c>Skipper.Serving</c>,
/// <c>skipper.drift.psi</c> and <c>skipper.drift.missing</c> by model, version and column. Columns with too few rows are left out.
/// </summary>
internal sealed class DriftMetrics : IDisposable
{
    private readonly ConcurrentDictionary<ModelReference, ModelDrift> _latest = new();
    private readonly Meter _meter = new("Skipper.Serving");

    public DriftMetrics()
    {
        Gauge("skipper.drift.psi", "Population stability index against the training part.", column => column.Drift.Value);
        Gauge("skipper.drift.missing", "Share of rows without a value.", column => column.MissingShare);
    }

    public void Show(ModelReference version, ModelDrift measured) => _latest[version] = measured;

    /// <summary>Shows no versions but those that are still asked.</summary>
    public void Keep(IEnumerable<ModelReference> versions)
    {
        foreach (var gone in _latest.Keys.Except(versions).ToList())
        {
            _latest.TryRemove(gone, out _);
        }
    }

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string description, Func<FeatureDrift, double> value) => _meter.CreateObservableGauge(
        name,
        () =>
            from version in _latest.Values
            from column in version.Features.Concat(version.Predictions)
            where column.Drift.Verdict is not DriftJudge.TooFewRows
            select new Measurement<double>(
                value(column),
                new("model", version.Model),
                new("version", version.Version),
                new("column", column.Drift.Column)),
        "1",
        description);
}
