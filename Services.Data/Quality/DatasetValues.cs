using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Quality;

/// <summary>Values of the newest version of a dataset.</summary>
internal sealed class DatasetValues(DatasetCatalog catalog, IArtifactStore artifacts) : IReferenceValues
{
    private const int MostValues = 1_000_000;

    public async Task<IReadOnlySet<string>> ReadAsync(string dataset, string column, CancellationToken cancellationToken)
    {
        var version = await catalog.FindAsync(dataset, null, cancellationToken);
        if (!version.Columns.Any(found => found.Name.Equals(column, StringComparison.OrdinalIgnoreCase)))
        {
            throw MeshException.NotFound($"Dataset '{dataset}' has no column '{column}'.");
        }

        var values = new HashSet<string>(StringComparer.Ordinal);
        await CanonicalFile.ReadAsync(
            await artifacts.OpenAsync(version.Digest, cancellationToken),
            batch =>
            {
                var index = batch.Schema.IndexOf(column);
                values.UnionWith(Enumerable.Range(0, batch.Count).Select(row => batch.Key(index, row)).OfType<string>());
                return values.Count <= MostValues ? Task.CompletedTask : throw MeshException.FailedPrecondition(
                    $"Column '{column}' of dataset '{dataset}' has more than {MostValues} values; that is too many to look others up in.");
            },
            cancellationToken);
        return values;
    }
}
