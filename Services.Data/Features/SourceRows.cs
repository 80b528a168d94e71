using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features;

/// <summary>The rows of a source: those of a dataset version, as they are or by time windows.</summary>
internal sealed class SourceRows
{
    private readonly WindowAggregation? _windows;
    private readonly TableSchema _read;
    private readonly int _readTime;

    public SourceRows(DatasetVersion version, FeatureSource source)
    {
        Version = version;
        Schema = _read = DatasetCatalog.SchemaOf(version);
        Key = [.. source.Key.Select(column => Schema.Require(column, "a key"))];
        if (source.Time is { } time)
        {
            Time = Schema.RequireTime(time, "a time");
        }

        if (source.Aggregate is { } window)
        {
            _readTime = RequireTime();
            _windows = WindowReader.Read(Schema, Key, window);
            Schema = _windows.Output;
            Key = [.. Enumerable.Range(0, source.Key.Count)];

            // What was seen in a window is complete, and may be used, at its end.
            Time = Schema.IndexOf(WindowAggregation.End);
        }
    }

    public DatasetVersion Version { get; }

    public TableSchema Schema { get; }

    public IReadOnlyList<int> Key { get; }

    /// <summary>The column of times; null where the source names none.</summary>
    public int? Time { get; }

    public int RequireTime() => Time
        ?? throw MeshException.InvalidArgument($"{Version.Name} needs a time: windows and joins go by it.");

    /// <summary>Reads them once; returns how many rows of the version are in no window.</summary>
    public async Task<long> ReadAsync(DatasetCatalog catalog, Func<RowBatch, Task> take, CancellationToken cancellationToken)
    {
        if (_windows is null)
        {
            await catalog.ReadAsync(Version, take, cancellationToken);
            return 0;
        }

        using var sorter = new RowSorter(_read);
        await catalog.ReadAsync(
            Version, batch => sorter.Add(batch, (of, row) => RowColumns.TimeOf(of, _readTime, row)), cancellationToken);
        foreach (var batch in _windows.Aggregate(sorter.Read()))
        {
            await take(batch);
        }

        return _windows.SkippedRows;
    }

    /// <summary>Reads them once, in the order of a number.</summary>
    public async Task<RowSorter> SortAsync(
        DatasetCatalog catalog, Func<RowBatch, int, long> numberOf, CancellationToken cancellationToken)
    {
        var sorter = new RowSorter(Schema);
        try
        {
            await ReadAsync(
                catalog,
                batch =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    sorter.Add(batch, numberOf);
                    return Task.CompletedTask;
                },
                cancellationToken);
            return sorter;
        }
        catch
        {
            sorter.Dispose();
            throw;
        }
    }
}
