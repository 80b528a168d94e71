namespace Skipper.Services.Serving.Rollouts;

internal sealed partial class RolloutKeeper
{
    [LoggerMessage(LogLevel.Information, "The rollout of {Model} was changed ({Number}: {Kind}) by {Actor}: {Reason}")]
    private partial void LogChanged(string model, int number, string kind, string? actor, string? reason);

    [LoggerMessage(LogLevel.Warning, "Could not announce change {Number} of the rollout of {Model}; workers find it within seconds")]
    private partial void LogPublishFailed(Exception exception, string model, int number);
}
