namespace Skipper.Services.Serving.PredictionLogs;

internal sealed partial class PredictionLog
{
    [LoggerMessage(LogLevel.Warning, "Could not write the prediction log; rows wait, and are dropped when too many do: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(LogLevel.Warning, "Dropped {Count} rows of the prediction log, {Total} since the start")]
    private partial void LogDropped(long count, long total);
}
