namespace Skipper.Services.Data.Datasets;

internal sealed partial class DatasetPublisher
{
    [LoggerMessage(
        LogLevel.Information,
        "Dataset {Name} version {Version} was published (new: {IsNew}): {RowCount} rows, {RejectedCount} rejected")]
    private partial void LogPublished(string name, int version, bool isNew, int rowCount, int rejectedCount);

    [LoggerMessage(LogLevel.Warning, "Dataset {Name} version {Version} was published, but could not be announced")]
    private partial void LogNotAnnounced(Exception exception, string name, int version);
}
