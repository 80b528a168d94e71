namespace Skipper.Services.Data.Quality;

internal sealed partial class QualityGate
{
    [LoggerMessage(
        LogLevel.Warning,
        "{RejectedPercent} % of the rows for dataset {Dataset} went to quarantine, which raises an alarm from {AlarmPercent} %; report {RunId}")]
    private partial void LogAlarm(string dataset, double rejectedPercent, double alarmPercent, string runId);
}
