namespace Skipper.Gateway.Notifications;

internal sealed partial class NotificationSender
{
    [LoggerMessage(LogLevel.Debug, "Sent the {Kind} about run {RunId}")]
    private partial void LogSent(string kind, Guid runId);

    [LoggerMessage(LogLevel.Warning, "Dropped the {Kind} about run {RunId} to {Receiver} after {Tries} tries: {Problem}")]
    private partial void LogDropped(string kind, Guid runId, string receiver, int tries, string problem);

    [LoggerMessage(LogLevel.Warning, "Could not send notifications, trying again")]
    private partial void LogSenderFailed(Exception exception);
}
