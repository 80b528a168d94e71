namespace Skipper.Gateway.Runs;

internal sealed partial class RunReaper
{
    [LoggerMessage(LogLevel.Warning, "The worker of {RunId} {Step} attempt {Attempt} fell silent")]
    private partial void LogWorkerLost(Guid runId, string step, int attempt);

    [LoggerMessage(LogLevel.Warning, "The time of {RunId} {Step} attempt {Attempt} is over")]
    private partial void LogTimedOut(Guid runId, string step, int attempt);

    [LoggerMessage(LogLevel.Information, "Sending {Count} unclaimed steps again")]
    private partial void LogResent(int count);

    [LoggerMessage(LogLevel.Warning, "Could not look after runs, trying again")]
    private partial void LogReaperFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} did not end before its deadline")]
    private partial void LogRunTimedOut(Guid runId);
}
