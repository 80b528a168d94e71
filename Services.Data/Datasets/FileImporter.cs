using Microsoft.Extensions.Options;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Quality;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Datasets;

/// <summary>Imports a file by the rules of its dataset, where there are some.</summary>
internal sealed class FileImporter(
    DatasetImporter importer, QualityGate gate, CheckedImporter checkedImporter, IOptions<DatasetOptions> options)
{
    /// <summary>Imports; the same content under the same name is the version that was made of it before.</summary>
    /// <param name="name">Of the dataset.</param>
    /// <param name="open">Opens the file; called more than once.</param>
    /// <param name="source">What is said of its origin.</param>
    /// <param name="cancellationToken">Stops; nothing is published then.</param>
    public async Task<DatasetVersion> ImportAsync(
        string name, Func<CancellationToken, Task<Stream>> open, ImportOrigin source, CancellationToken cancellationToken)
    {
        if (await gate.FindAsync(name, cancellationToken) is not { } rules)
        {
            return await importer.ImportAsync(name, open, source, checks: [], cancellationToken);
        }

        var rows = new FileRows(new ImportContent(open, source.Encoding, options.Value.MaxMegabytes));
        return await checkedImporter.ImportAsync(rules, name, rows, source.ToOrigin(), cancellationToken);
    }
}
