namespace Skipper.Services.Training.Models;

internal sealed partial class PromoteModelHandler
{
    [LoggerMessage(LogLevel.Information, "{Model} {Alias} is version {Version}, was {PreviousVersion} (run {RunId})")]
    private partial void LogPromoted(string model, string alias, int version, int? previousVersion, Guid? runId);
}
