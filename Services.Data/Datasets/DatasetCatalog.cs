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
