using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>Finds dataset versions and their content; what is not there is answered with what is.</summary>
internal sealed class DatasetCatalog(DatasetStore datasets, SampleDataset sample, IArtifactStore artifacts)
{
    private const int ShownNames = 20;

    /// <exception cref="MeshException"><see cref="ErrorCode.NotFound"/>: names what exists.</exception>
    public async Task<DatasetVersion> FindAsync(string name, int? version, CancellationToken cancellationToken)
    {
        var wanted = name.Trim().ToLowerInvariant();
        if (await datasets.FindAsync(wanted, version, cancellationToken) is { } found)
        {
            return found;
        }

        // Read after the miss: by now the service may have registered the sample at its first start.
        var newest = await datasets.FindAsync(wanted, null, cancellationToken);
        if (newest is null && wanted == SampleDataset.Name)
        {
            newest = await sample.RegisterAsync(cancellationToken);
        }

        if (newest is null)
        {
            throw MeshException.NotFound($"There is no dataset '{name}'. {await DescribeAsync(cancellationToken)}");
        }

        return version is null || version == newest.Version
            ? newest
            : throw MeshException.NotFound(
                $"Dataset '{wanted}' has no version {version}; it has versions 1 to {newest.Version}.");
    }

    /// <summary>The version, or the one that a tag points to, or that was the newest at a time.</summary>
    /// <exception cref="MeshException"><see cref="ErrorCode.NotFound"/>: names what exists.</exception>
    public async Task<DatasetVersion> FindAsync(DatasetName wanted, CancellationToken cancellationToken)
    {
        if (new object?[] { wanted.Version, wanted.Tag, wanted.AsOf }.Count(way => way is not null) > 1)
        {
            throw MeshException.InvalidArgument("version, tag and as_of are three ways to name one version: use one of them.");
        }

        var newest = await FindAsync(wanted.Name, wanted.Version, cancellationToken);
        if (wanted.Tag is { } tag)
        {
            return await datasets.FindByTagAsync(newest.Name, tag, cancellationToken)
                ?? throw MeshException.NotFound($"Dataset '{newest.Name}' has no tag '{tag}'.");
        }

        return wanted.AsOf is not { } asOf
            ? newest
            : await datasets.FindAsOfAsync(newest.Name, asOf, cancellationToken)
                ?? throw MeshException.NotFound($"Dataset '{newest.Name}' had no version yet at {asOf:O}.");
    }

    /// <summary>The columns of a version.</summary>
    public static TableSchema SchemaOf(DatasetVersion version) =>
        new([.. version.Columns.Select(column => new ColumnSchema(column.Name, ColumnTypes.KindOf(column.Type)))]);

    /// <summary>Reads all rows in their order; each batch is gone when the function that took it returns.</summary>
    public async Task ReadAsync(DatasetVersion version, Func<RowBatch, Task> take, CancellationToken cancellationToken) =>
        await CanonicalFile.ReadAsync(await artifacts.OpenAsync(version.Digest, cancellationToken), take, cancellationToken);

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

    /// <summary>Reads all of it into memory.</summary>
    public async Task<DatasetTable> ReadAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        var stream = await artifacts.OpenAsync(version.Digest, cancellationToken);
        return await CanonicalFile.ReadTableAsync(stream, cancellationToken);
    }

    private async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        var names = (await datasets.ListAsync(cancellationToken)).Select(version => version.Name).ToList();
        if (names.Count == 0)
        {
            return "There are none yet: import one first.";
        }

        var more = names.Count > ShownNames ? $" and {names.Count - ShownNames} more" : "";
        return $"There are: {string.Join(", ", names.Take(ShownNames))}{more}.";
    }
}
