using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Drift;

/// <summary>Measures what all workers have counted.</summary>
internal sealed class DriftMeter(DriftStore store, IOptions<DriftOptions> options, TimeProvider time)
{
    /// <summary>The hour of a time, counted from 1970-01-01 UTC.</summary>
    public static long HourOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / 3600;

    /// <param name="version">Name and version.</param>
    /// <param name="reference">What it was trained on.</param>
    /// <param name="hours">How far back.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ModelDrift> MeasureAsync(
        ModelReference version, VersionReference reference, double hours, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var from = HourOf(now.AddHours(-hours)) + 1;
        var counts = DriftCounts.For(reference);
        foreach (var counted in await store.ReadAsync(version, from, cancellationToken))
        {
            counts.Add(counted);
        }

        var features = Judge(reference.Features, counts.Features, reference);
        var predictions = Judge(reference.Predictions, counts.Predictions, reference);
        return new ModelDrift
        {
            Model = version.Name,
            Version = version.Version!.Value,
            From = DateTimeOffset.FromUnixTimeSeconds(from * 3600),
            To = now,
            Verdict = DriftJudge.Worst(features.Concat(predictions)),
            RowCount = counts.Rows,
            SkippedRowCount = counts.Skipped,
            FewestRows = options.Value.FewestRows,
            ReferenceRowCount = reference.RowCount,
            Features = features,
            Predictions = predictions,
        };
    }

    private List<FeatureDrift> Judge(IReadOnlyList<ColumnReference> columns, long[][] counts, VersionReference reference) =>
    [
        .. columns.Select((column, place) => DriftJudge.Judge(
            column, counts[place], reference.Features.Count + reference.Predictions.Count, options.Value.FewestRows)),
    ];
}
