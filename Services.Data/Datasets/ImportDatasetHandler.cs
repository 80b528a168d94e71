using Microsoft.Extensions.Options;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Quality;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// Imports a file from the artifact store. Idempotent by content: a repeated import finds the version it made.
/// </summary>
internal sealed class ImportDatasetHandler(
    IArtifactStore artifacts,
    DatasetImporter importer,
    QualityGate gate,
    CheckedImporter checkedImporter,
    IOptions<DatasetOptions> options)
    : IMessageHandler<ImportDataset, DatasetVersion>
{
    public async Task<DatasetVersion> HandleAsync(
        ImportDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        var (name, digest, encoding) = (message.Data.Name, message.Data.Artifact, message.Data.Encoding);
        if (await gate.FindAsync(name, cancellationToken) is not { } rules)
        {
            return await importer.ImportAsync(
                name, token => OpenAsync(digest, token), new ImportOrigin(digest, encoding), checks: [], cancellationToken);
        }

        var rows = new FileRows(new ImportContent(token => OpenAsync(digest, token), encoding, options.Value.MaxMegabytes));
        var origin = new DatasetOrigin { Transform = "import", Sources = [digest] };
        return await checkedImporter.ImportAsync(rules, name, rows, origin, cancellationToken);
    }

    private async Task<Stream> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            return await artifacts.OpenAsync(digest, cancellationToken);
        }
        catch (FileNotFoundException exception)
        {
            throw MeshException.NotFound($"{exception.Message} Upload the file first.");
        }
    }
}
