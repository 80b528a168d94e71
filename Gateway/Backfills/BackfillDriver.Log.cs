namespace Skipper.Gateway.Backfills;

internal sealed partial class BackfillDriver
{
    [LoggerMessage(LogLevel.Information, "Backfill {Backfill} finished")]
    private partial void LogFinished(Guid backfill);

    [LoggerMessage(LogLevel.Warning, "Backfill {Backfill} was paused, its run for {Slot} was refused: {Reason}")]
    private partial void LogRefused(Guid backfill, DateTimeOffset slot, string reason);

    [LoggerMessage(LogLevel.Warning, "Could not look after backfills, trying again")]
    private partial void LogFailed(Exception exception);
}
