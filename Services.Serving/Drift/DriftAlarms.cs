using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Serving.Drift;

/// <summary>
/// Announces columns that have drifted: once, until they have come back below the warning, which keeps one that sways from being
/// announced again and again.
/// </summary>
internal sealed partial class DriftAlarms(
    DriftMeter meter,
    DriftAlarmStore alarms,
    DriftMetrics metrics,
    IEventBus events,
    IOptions<DriftOptions> options,
    TimeProvider time,
    ILogger<DriftAlarms> logger)
{
    public async Task LookAsync(ModelReference version, VersionReference reference, CancellationToken cancellationToken)
    {
        var measured = await meter.MeasureAsync(version, reference, options.Value.WindowHours, cancellationToken);
        metrics.Show(version, measured);
        var columns = ColumnsOf(measured);
        var known = await alarms.ListAsync(version, cancellationToken);
        DriftColumn[] drifted = [.. With(DriftJudge.Drift).Where(column => !known.ContainsKey(column))];
        DriftColumn[] calm = [.. With(DriftJudge.None).Where(known.ContainsKey)];
        if (drifted.Length + calm.Length == 0 && known.Values.All(announced => announced))
        {
            return;
        }

        var claimed = await alarms.ChangeAsync(version, drifted, calm, time.GetUtcNow(), cancellationToken);
        if (claimed.Count > 0)
        {
            ColumnDrift[] found = [.. claimed.Where(columns.ContainsKey).Select(column => columns[column])];
            var names = string.Join(", ", found.Select(column => $"{column.Column} ({column.Reason})"));
            LogDrifted(version.Name, version.Version!.Value, names);
            await events.PublishAsync(EventOf(version, reference, found), cancellationToken);
            await alarms.AnnouncedAsync(version, claimed, time.GetUtcNow(), cancellationToken);
        }

        IEnumerable<DriftColumn> With(string verdict) =>
            columns.Where(column => column.Value.Verdict == verdict).Select(column => column.Key);
    }

    private static Dictionary<DriftColumn, ColumnDrift> ColumnsOf(ModelDrift measured) => measured.Features
        .Select(feature => (Key: new DriftColumn("feature", feature.Drift.Column), feature.Drift))
        .Concat(measured.Predictions.Select(output => (Key: new DriftColumn("prediction", output.Drift.Column), output.Drift)))
        .DistinctBy(column => column.Key)
        .ToDictionary(column => column.Key, column => column.Drift);

    private static DriftDetected EventOf(ModelReference version, VersionReference reference, ColumnDrift[] columns) => new()
    {
        Dataset = reference.Dataset,
        Version = reference.DatasetVersion,
        RunId = Guid.CreateVersion7(),
        Model = version.Name,
        ModelVersion = version.Version,
        Drift = [new DriftComparison { Dataset = reference.Dataset, Version = reference.DatasetVersion, Columns = columns }],
    };

    [LoggerMessage(LogLevel.Warning, "What is asked of {Model} version {Version} has drifted from what it was trained on: {Columns}")]
    private partial void LogDrifted(string model, int version, string columns);
}
