using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Features;

/// <summary>Reads the rows of dataset versions as a stream.</summary>
internal sealed class VersionRows(DatasetCatalog catalog, IArtifactStore artifacts)
{
    public Task<DatasetVersion> FindAsync(string name, int? version, CancellationToken cancellationToken) =>
        catalog.FindAsync(name, version, cancellationToken);

    public static TableSchema SchemaOf(DatasetVersion version) =>
        new([.. version.Columns.Select(column => new ColumnSchema(column.Name, ColumnTypes.KindOf(column.Type)))]);

    /// <summary>Reads all rows in their order; each batch is gone when the function that took it returns.</summary>
    public async Task ReadAsync(DatasetVersion version, Func<RowBatch, Task> take, CancellationToken cancellationToken) =>
        await CanonicalFile.ReadAsync(
            await artifacts.OpenAsync(version.Digest, cancellationToken), take, cancellationToken);

    /// <summary>The same for what does not wait.</summary>
    public Task ReadAsync(DatasetVersion version, Action<RowBatch> take, CancellationToken cancellationToken) => ReadAsync(
        version,
        batch =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            take(batch);
            return Task.CompletedTask;
        },
        cancellationToken);
}
