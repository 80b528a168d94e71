namespace Skipper.Services.Data.Quality;

internal sealed partial class QualityGate
{
    [LoggerMessage(
        LogLevel.Warning,
        "{RejectedPercent} % of the rows for dataset {Dataset} went to quarantine, an alarm from {AlarmPercent} % on; report {RunId}")]
    private partial void LogAlarm(string dataset, double rejectedPercent, double alarmPercent, string runId);

    [LoggerMessage(LogLevel.Warning, "Columns of dataset {Dataset} version {Version} have drifted: {Columns}; report {RunId}")]
    private partial void LogDrift(string dataset, int version, string columns, string runId);
}
