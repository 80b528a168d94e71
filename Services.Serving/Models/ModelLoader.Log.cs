namespace Skipper.Services.Serving.Models;

internal sealed partial class ModelLoader
{
    [LoggerMessage(LogLevel.Information, "Waiting for the training service to say which models there are: {Reason}")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(LogLevel.Warning, "Could not ask the training service for new models; what is loaded goes on serving: {Reason}")]
    private partial void LogRefreshFailed(string reason);

    [LoggerMessage(LogLevel.Debug, "Could not read which models were served before: {Reason}")]
    private partial void LogNotRestored(string reason);

    [LoggerMessage(LogLevel.Warning, "Could not read which models were unloaded by request: {Reason}")]
    private partial void LogWithdrawalsNotRead(string reason);
}
