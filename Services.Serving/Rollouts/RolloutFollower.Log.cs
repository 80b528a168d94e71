namespace Skipper.Services.Serving.Rollouts;

internal sealed partial class RolloutFollower
{
    [LoggerMessage(LogLevel.Warning, "Could not follow rollouts; calls go on by what is known")]
    private partial void LogNotFollowed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Could not load lane {Lane} ({Model}); the baseline answers for it here: {Reason}")]
    private partial void LogNotLoaded(string lane, string model, string reason);

    [LoggerMessage(LogLevel.Debug, "Could not tell the registry which versions the rollout of {Model} needs: {Reason}")]
    private partial void LogNotHeld(string model, string reason);
}
