namespace Skipper.Services.Training.Models;

internal sealed partial class AliasMover
{
    [LoggerMessage(LogLevel.Information, "By {Kind}, {Model} {Alias} is version {Version}, was {PreviousVersion}")]
    private partial void LogMoved(string? kind, string model, string alias, int version, int? previousVersion);

    [LoggerMessage(LogLevel.Information, "{Model} {Alias} stays version {Version}: {Reason}")]
    private partial void LogKept(string model, string alias, int version, string? reason);

    [LoggerMessage(LogLevel.Warning, "Could not announce {Model} {Alias}; serving finds it within a minute")]
    private partial void LogPublishFailed(Exception exception, string model, string alias);
}
