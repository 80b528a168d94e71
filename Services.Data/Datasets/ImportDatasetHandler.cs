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
    IArtifactStore artifacts, DatasetImporter importer, QualityGate gate, CheckedImporter checkedImporter)
    : IMessageHandler<ImportDataset, DatasetVersion>
{
    public async Task<DatasetVersion> HandleAsync(
        ImportDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        var (digest, encoding) = (message.Data.Artifact, message.Data.Encoding);
        var (name, origin) = (message.Data.Name, new ImportOrigin(digest, encoding));
        return await gate.FindAsync(name, cancellationToken) is { } rules
            ? await checkedImporter.ImportAsync(rules, name, token => OpenAsync(digest, token), origin, cancellationToken)
            : await importer.ImportAsync(name, token => OpenAsync(digest, token), origin, checks: [], cancellationToken);
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
