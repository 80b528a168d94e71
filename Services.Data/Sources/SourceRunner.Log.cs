namespace Skipper.Services.Data.Sources;

internal sealed partial class SourceRunner
{
    [LoggerMessage(
        LogLevel.Information,
        "Source {Source} was ingested: {Pages} pages, {Inserted} rows new, {Updated} changed, {Unchanged} as they were, "
        + "{Rejected} rejected, {Failed} items failed")]
    private partial void LogIngested(string source, int pages, long inserted, long updated, long unchanged, long rejected, int failed);

    [LoggerMessage(LogLevel.Warning, "Item {Item} of source {Source} failed: {Reason}")]
    private partial void LogFailed(string source, string item, string reason);
}
