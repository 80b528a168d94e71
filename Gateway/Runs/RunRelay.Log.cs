namespace Skipper.Gateway.Runs;

internal sealed partial class RunRelay
{
    [LoggerMessage(LogLevel.Debug, "Dispatched {RunId} {Step} attempt {Attempt} to {Queue}")]
    private partial void LogDispatched(Guid runId, string step, int attempt, string queue);

    [LoggerMessage(LogLevel.Warning, "Tasks wait for a worker on queue {Queue}: {Reason}")]
    private partial void LogUnroutable(string queue, string reason);

    [LoggerMessage(LogLevel.Warning, "Could not dispatch runs, trying again")]
    private partial void LogRelayFailed(Exception exception);
}
