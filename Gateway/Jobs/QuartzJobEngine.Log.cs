namespace Skipper.Gateway.Jobs;

internal sealed partial class QuartzJobEngine
{
    [LoggerMessage(LogLevel.Warning, "The job engine could not start, trying again")]
    private partial void LogNotStarted(Exception exception);
}
