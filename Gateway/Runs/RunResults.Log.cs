namespace Skipper.Gateway.Runs;

internal sealed partial class RunResults
{
    [LoggerMessage(LogLevel.Information, "Applied the result of {RunId} {Step} attempt {Attempt}: {Effect}")]
    private partial void LogApplied(Guid runId, string step, int attempt, ResultEffect effect);

    [LoggerMessage(LogLevel.Warning, "Dropped a result whose correlation id is not that of a step: {CorrelationId}")]
    private partial void LogUnknown(string? correlationId);

    [LoggerMessage(LogLevel.Warning, "Could not apply the result {CorrelationId}, trying again")]
    private partial void LogNotApplied(string? correlationId, Exception exception);

    [LoggerMessage(LogLevel.Debug, "Could not give back the result {CorrelationId}")]
    private partial void LogNotRequeued(string? correlationId, Exception exception);
}
