using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality;

/// <summary>Values of the newest version of a dataset.</summary>
internal sealed class DatasetValues(DatasetCatalog catalog) : IReferenceValues
{
    private const int MostRows = 5_000_000;

    public async Task<IReadOnlySet<string>> ReadAsync(string dataset, string column, CancellationToken cancellationToken)
    {
        var version = await catalog.FindAsync(dataset, null, cancellationToken);
        if (version.RowCount > MostRows)
        {
            throw MeshException.FailedPrecondition(
                $"Dataset '{dataset}' has {version.RowCount} rows; values can be looked up in at most {MostRows}.");
        }

        var table = await catalog.ReadAsync(version, cancellationToken);
        var found = table.Columns.FirstOrDefault(candidate => candidate.Name.Equals(column, StringComparison.OrdinalIgnoreCase))
            ?? throw MeshException.NotFound($"Dataset '{dataset}' has no column '{column}'.");
        var values = found.Texts ?? found.Numbers!.Select(number => double.IsNaN(number) ? null : Columns.Show(number));
        return values.OfType<string>().ToHashSet(StringComparer.Ordinal);
    }
}
