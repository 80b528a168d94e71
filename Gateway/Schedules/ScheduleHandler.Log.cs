namespace Skipper.Gateway.Schedules;

internal sealed partial class ScheduleHandler
{
    [LoggerMessage(LogLevel.Information, "Schedule {Schedule} started run {RunId} for {Slot}")]
    private partial void LogStarted(string schedule, DateTimeOffset slot, Guid runId);

    [LoggerMessage(LogLevel.Information, "Schedule {Schedule} left out {Slot}: {Reason}")]
    private partial void LogSkipped(string schedule, DateTimeOffset slot, string reason);

    [LoggerMessage(LogLevel.Warning, "Schedule {Schedule} was paused, its run for {Slot} was refused: {Reason}")]
    private partial void LogGaveUp(string schedule, DateTimeOffset slot, string reason);
}
