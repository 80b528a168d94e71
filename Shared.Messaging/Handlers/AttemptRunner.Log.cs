using Microsoft.Extensions.Logging;

namespace Skipper.Shared.Messaging.Handlers;

internal sealed partial class AttemptRunner
{
    [LoggerMessage(LogLevel.Information, "Claimed attempt {Attempt} ({TaskType})")]
    private partial void LogClaimed(string attempt, string taskType);

    [LoggerMessage(LogLevel.Information, "Dropped attempt {Attempt}: the claim was answered {State}")]
    private partial void LogDenied(string attempt, string state);

    [LoggerMessage(LogLevel.Warning, "Dropped the work on attempt {Attempt}: another attempt counts now")]
    private partial void LogLost(string attempt);

    [LoggerMessage(LogLevel.Error, "Failed on attempt {Attempt}")]
    private partial void LogFailed(string attempt, Exception exception);

    [LoggerMessage(LogLevel.Information, "Finished attempt {Attempt}: {Status}")]
    private partial void LogFinished(string attempt, string status);
}
