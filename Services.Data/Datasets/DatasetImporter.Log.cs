namespace Skipper.Services.Data.Datasets;

internal sealed partial class DatasetImporter
{
    [LoggerMessage(
        LogLevel.Information,
        "Dataset {Name} version {Version} was imported (new: {IsNew}): {RowCount} rows, {RejectedCount} rejected")]
    private partial void LogImported(string name, int version, bool isNew, int rowCount, int rejectedCount);

    [LoggerMessage(LogLevel.Warning, "Dataset {Name} version {Version} was imported, but could not be announced")]
    private partial void LogNotPublished(Exception exception, string name, int version);
}
